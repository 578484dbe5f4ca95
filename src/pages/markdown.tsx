/**
 * The Markdown that rules are written in, as elements: paragraphs, lists, fenced code, inline code, bold and links.
 * Whatever else stands in it stays text, and text is escaped where it is put into a page.
 */
import type { Child } from "hono/jsx";

type Block = { code: string; language: string } | { list: string[] } | { text: string };

export const Markdown = ({ text }: { text: string }) => <>{readBlocks(text).map(showBlock)}</>;

/** One line of Markdown: no blocks. */
export const InlineMarkdown = ({ text }: { text: string }) => <>{showInline(text)}</>;

function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const fence = /^(`{3,9})([\w-]{0,20})\s*$/.exec(line);
    if (fence) {
      const end = lines.indexOf(fence[1] ?? "", at + 1);
      const to = end < 0 ? lines.length : end;
      blocks.push({ code: lines.slice(at + 1, to).join("\n"), language: fence[2] ?? "" });
      at = to + 1;
    } else if (line.trim() === "") at++;
    else {
      const from = at;
      const isList = line.startsWith("- ");
      do at++;
      while (at < lines.length && continues(lines[at] ?? "", isList));
      const own = lines.slice(from, at);
      blocks.push(isList ? { list: readItems(own) } : { text: own.join(" ") });
    }
  }
  return blocks;
}

const continues = (line: string, list: boolean): boolean =>
  line.trim() !== "" && !line.startsWith("```") && (list || !line.startsWith("- "));

function readItems(lines: readonly string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (line.startsWith("- ") || items.length === 0) items.push(line.replace(/^- /, ""));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return items;
}

function showBlock(block: Block): Child {
  if ("code" in block)
    return (
      <pre tabindex={0}>
        <code>{block.code}</code>
      </pre>
    );
  if ("list" in block)
    return (
      <ul>
        {block.list.map((item) => (
          <li>{showInline(item)}</li>
        ))}
      </ul>
    );
  return <p>{showInline(block.text)}</p>;
}

/** Every part is bounded by a character that it does not hold, so the time is linear. */
const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\][]+)\]\((https:\/\/[^\s()]+)\)/g;

function showInline(text: string): Child[] {
  const parts: Child[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, bold, name, url] = match;
    parts.push(text.slice(from, match.index));
    if (code !== undefined) parts.push(<code>{code}</code>);
    else if (bold !== undefined) parts.push(<strong>{bold}</strong>);
    else parts.push(<a href={url}>{name}</a>);
    from = match.index + whole.length;
  }
  parts.push(text.slice(from));
  return parts;
}
