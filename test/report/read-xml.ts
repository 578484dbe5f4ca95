/** A reader of XML that refuses whatever is not well-formed: elements, attributes and text, as JUnit files have. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const TOKEN = /<\?xml [^?<>]*\?>|<(\/?)([\w.:-]+)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/?)>|([^<>]+)/gy;

/** @throws Error where it is not well-formed */
export function readXml(xml: string): XmlElement {
  const top: XmlElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  let end = 0;
  for (const { 0: token, 1: closing, 2: name, 3: given, 4: empty, 5: text, index } of xml.matchAll(TOKEN)) {
    end = index + token.length;
    const parent = open.at(-1) ?? top;
    if (text !== undefined) parent.text += decode(text);
    else if (closing === "/") {
      if (open.length < 2 || open.pop()?.name !== name) throw new Error(`${token} closes nothing`);
    } else if (name !== undefined) {
      const element = { name, attributes: readAttributes(given ?? ""), children: [], text: "" };
      parent.children.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  const [root, ...others] = top.children;
  if (end !== xml.length || open.length > 1 || !root || others.length > 0 || top.text.trim() !== "") {
    throw new Error(`not well-formed at ${end}: ${xml.slice(end, end + 60)}`);
  }
  return root;
}

const readAttributes = (given: string): Record<string, string> =>
  Object.fromEntries(
    [...given.matchAll(/([\w.:-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decode(value)]),
  );

const NAMED = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

function decode(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(text)) throw new Error(`a bare ampersand in ${text}`);
  return text.replace(/&(#?)(\w+);/g, (_, sign, word) =>
    sign === "#" ? String.fromCodePoint(Number(word)) : (NAMED.get(word) ?? ""),
  );
}
