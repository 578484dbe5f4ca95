/** The frame of every page: landmarks, a way past the navigation, no inline script or style. */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  title: string;
  body: Html;
  /** What goes into the head beside the standing parts. */
  head?: Html;
}

export const renderPage = ({ title, body, head }: Page): Html => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/assets/style.css" />
    ${head ?? ""}
  </head>
  <body>
    <a class="skip" href="#main">Skip to content</a>
    <header>
      <a class="name" href="/">pyready</a>
      <nav aria-label="Pages">
        <a href="/docs">API</a>
      </nav>
    </header>
    <main id="main">${body}</main>
  </body>
</html>`;
