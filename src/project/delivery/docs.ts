/** README and documentation pages: sections and code blocks, read when they are asked for. */
import { baseName, type Files, folderOf } from "../files.ts";
import { type Markup, readMarkup } from "./markup.ts";
import { isUnder } from "./script.ts";
import type { CodeBlock, DocPage, DocSection } from "./types.ts";

const MAX_PAGES = 400;
/** Characters of a page; the rest is not read. */
const MAX_PAGE = 512 * 1024;

const README = /^readme(?:\.(?:md|markdown|mdown|rst|rest|txt|adoc|asciidoc|org))?$/i;
const NAMED =
  /^(?:readme|contributing|contribute|install(?:ation|ing)?|usage|hacking|development|developing|deploy(?:ment|ing)?|operations|runbooks?|security|changelog|changes|history|news|release[-_]?notes|releases|whatsnew|upgrad(?:e|ing)|migrating|support|faq|architecture|maintain(?:ing|ers)|testing|docker|code[-_]of[-_]conduct)(?:\.(?:md|markdown|rst|txt|adoc))?$/i;
const PAGE = /\.(?:md|mdx|markdown|rst|adoc|asciidoc)$/i;
const DOCS_FOLDER =
  /(?:^|\/)(?:docs?|documentation|wiki|runbooks?|adrs?|ops|operations|playbooks|handbook|guides?|manual)\//i;
const NO_PAGE =
  /(?:^|\/)(?:node_modules|site-packages|vendor(?:ed)?|third[-_]?party|\.?venv|\.tox|tests?|fixtures?|test[-_]?data|templates?|locale|_build|\.changeset|changelog\.d|newsfragments|prompts?|[^/]{0,80}\{\{[^/]{1,200})\/|(?:^|\/)\.github\/(?:issue_template|pull_request_template)|(?:pull_request|issue)_template\.md$|(?:^|\/)licen[cs]es?[^/]{0,40}$/i;

/** Texts that a package shows to its users, as a bot's answers, tell nothing about it. */
const DATA = /(?:^|\/)(?:resources?|assets|static|media|public|data)\//i;

class Page implements DocPage {
  readonly path: string;
  readonly text: string;
  readonly role: DocPage["role"];
  #markup: Markup | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.role = roleOf(path, text);
  }

  get #read(): Markup {
    this.#markup ??= readMarkup(this.path, this.text);
    return this.#markup;
  }

  get sections(): readonly DocSection[] {
    return this.#read.sections;
  }

  get codeBlocks(): readonly CodeBlock[] {
    return this.#read.codeBlocks;
  }
}

/** One page a release. */
const CHANGELOGS = /(?:^|\/)(?:change[-_]?logs?|release[-_]?notes|whatsnew)\//i;

/** `releases-and-licence.md` tells how releases are made, `changes-1.0.md` what is in one. */
const CHANGELOG =
  /^(?:changelog|release[-_]?notes|whatsnew)\b|^(?:changes|history|news|releases)(?:[-_.]?v?\d[\w.-]{0,20})?(?:\.\w{1,10})?$/;

function roleOf(path: string, text: string): DocPage["role"] {
  const name = baseName(path);
  if (README.test(name)) return "readme";
  if (CHANGELOG.test(name) || CHANGELOGS.test(path)) return "changelog";
  // `RELEASE.md` tells how releases are made, or what is in them.
  if (/^release\b/.test(name) && /release notes|keep a changelog/i.test(text.slice(0, 500)))
    return "changelog";
  if (/^(?:contributing|contribute|hacking)\b/.test(name)) return "contributing";
  return /^security\b/.test(name) ? "security" : "page";
}

/** Pages, the README first; then those of the judged folder and of the top, of docs folders, and all others. */
export function readDocs(files: Files, root: string): { readme?: DocPage; docs: DocPage[] } {
  const ranked = files.paths
    .map((path) => ({ path, rank: rankOf(path, root) }))
    .filter((each) => each.rank !== undefined)
    .sort((one, other) => one.rank! - other.rank!);
  const docs: DocPage[] = [];
  for (const { path } of ranked.slice(0, MAX_PAGES)) {
    const text = files.text(path);
    if (text !== undefined) docs.push(new Page(path, text.slice(0, MAX_PAGE)));
  }
  const readme = docs.find(({ path, role }) => role === "readme" && rankOf(path, root)! < 10);
  return { docs, ...(readme ? { readme } : {}) };
}

const AGENTS = /^(?:agents|claude|gemini|copilot[-_]instructions)\.md$/;

/** 0 to 9 for READMEs of the whole project, more for what matters less; `undefined` for what is no page. */
function rankOf(path: string, root: string): number | undefined {
  const [folder, name] = [folderOf(path), baseName(path)];
  const inDocs = DOCS_FOLDER.test(path);
  // Without an extension only capitals tell a page from a script: `INSTALL`, `scripts/install`.
  const isNamed = NAMED.test(name) && (name.includes(".") || /(?:^|\/)[A-Z_-]+$/.test(path));
  const isPage =
    PAGE.test(path) ||
    (inDocs && /\.txt$/i.test(path) && !/requirements|constraints|robots|sitemap|llms/i.test(name)) ||
    isNamed;
  if (!isPage || NO_PAGE.test(path) || (DATA.test(path) && !inDocs && !README.test(name))) return undefined;
  const isTop = folder === root || folder === "";
  // Written for coding agents: what people read comes first.
  if (AGENTS.test(name) || /(?:^|\/)\.(?!github\/)[\w-]{1,40}\//.test(path)) return 13;
  if (README.test(name)) {
    const places = [root, ...["", ".github", "docs"].filter((each) => each !== root)];
    const place = places.indexOf(folder);
    // Translations and plain texts stand behind Markdown.
    if (place !== -1) return place * 2 + (/\.(?:md|rst)$/.test(name) ? 0 : 1);
  }
  if (isTop || folder === ".github") return 10;
  if (inDocs && (isUnder(path, root) || !path.slice(0, path.search(DOCS_FOLDER)).includes("/"))) return 11;
  return isUnder(path, root) ? 12 : undefined;
}
