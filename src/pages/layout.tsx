/** The frame of every page: landmarks, a way past the navigation, no inline script or style. */

import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { assetUrl } from "./asset-url.ts";

export interface Page {
  title: string;
  /** One sentence for search engines and link previews. */
  description?: string;
  /** Scripts under /assets that make the page nicer; it works without them. */
  scripts?: readonly string[];
  /** What else goes into the head. */
  head?: Child;
  /** Which of the navigation's pages it is. */
  at?: "rules" | "docs";
  body: Child;
  /** A part of the body brings a main landmark of its own. */
  bringsMain?: boolean;
}

const PAGES = [
  { id: "rules", href: "/rules", name: "Rules" },
  { id: "docs", href: "/docs", name: "API" },
] as const;

/** The whole document. Everything in it is escaped where it is put in. */
export function renderPage(page: Page): string {
  return `<!doctype html>${(<Document {...page} />).toString()}`;
}

const Document = ({ title, description, scripts = [], head, at, body, bringsMain }: Page) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title}</title>
      {description ? <meta name="description" content={description} /> : null}
      <link rel="icon" href={assetUrl("icon.svg")} type="image/svg+xml" />
      <link rel="stylesheet" href={assetUrl("style.css")} />
      {head ?? null}
      {scripts.map((name) => (
        <script type="module" src={assetUrl(name)} />
      ))}
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <a class="name" href="/">
          {MARK}
          pyready
        </a>
        <nav aria-label="Pages">
          {PAGES.map(({ id, href, name }) => (
            <a href={href} {...(id === at ? { "aria-current": "page" as const } : {})}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      {bringsMain ? <div id="main">{body}</div> : <main id="main">{body}</main>}
    </body>
  </html>
);

const MARK = raw(
  '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="m8 17 6 6 11-14"/></svg>',
);
