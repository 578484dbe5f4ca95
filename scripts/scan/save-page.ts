/** A report's page as one file that needs no server: style, scripts and images inside, no links to pages it has not. */

type Fetch = (url: string) => Promise<{ ok: boolean; status: number; arrayBuffer(): Promise<ArrayBuffer> }>;

const ORIGIN = "http://localhost";
const STYLE = /<link rel="stylesheet" href="([^"]+)"\s*\/?>/g;
const SCRIPT = /<script ([^>]*?)src="([^"]+)"([^>]*)><\/script>/g;
const IMAGE = /(<(?:img|link rel="icon")[^>]*?(?:src|href)=")(\/[^"]+)"/g;

/** @param path of the page on the server in this process */
export async function savePage(fetcher: Fetch, path: string): Promise<string> {
  const read = async (from: string): Promise<Buffer> => {
    const answer = await fetcher(new URL(from.replaceAll("&amp;", "&"), ORIGIN).href);
    if (!answer.ok) throw new Error(`${from}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  let page = (await read(path)).toString("utf8");
  page = await replaceEach(page, STYLE, async ([, from = ""]) => `<style>${await read(from)}</style>`);
  page = await replaceEach(page, SCRIPT, async ([, before = "", from = "", after = ""]) => {
    const source = (await read(from)).toString("utf8").replaceAll("</script", "<\\/script");
    // A script in the page runs where it stands, unless it is a module.
    return `<script type="module" ${before.replace("defer", "")}${after.replace("defer", "")}>${source}</script>`;
  });
  page = await replaceEach(page, IMAGE, async ([, before = "", from = ""]) => {
    return `${before}data:image/svg+xml;base64,${(await read(from)).toString("base64")}"`;
  });
  return page.replaceAll(/<a ([^>]*?)\s*href="\/[^"]*"/g, "<a $1");
}

async function replaceEach(
  text: string,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => Promise<string>,
): Promise<string> {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), await replace(match));
    from = match.index + match[0].length;
  }
  return parts.join("") + text.slice(from);
}
