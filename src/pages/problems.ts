/** What each sort of problem is: the page that `type` of a problem document leads to. */
import { html } from "hono/html";
import { type Html, renderPage } from "./layout.ts";

export const problemsPage = (problems: readonly { code: string; status: number; title: string }[]): Html =>
  renderPage({
    title: "Problems: pyready",
    body: html`
      <h1>Problems</h1>
      <p>What the API answers when it cannot do what it was asked. <code>detail</code> says what it was this time.</p>
      <dl>
        ${problems.map(
          ({ code, status, title }) =>
            html`<dt id="${code}"><code>${code}</code> (${status})</dt>
              <dd>${title}.</dd>`,
        )}
      </dl>
    `,
  });
