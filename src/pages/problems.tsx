/** What each sort of problem is: the page that `type` of a problem document leads to. */
import { renderPage } from "./layout.tsx";

export const problemsPage = (problems: readonly { code: string; status: string; title: string }[]): string =>
  renderPage({
    title: "Problems: pyready",
    body: (
      <>
        <h1>Problems</h1>
        <p>
          What the API answers when it cannot do what it was asked. <code>detail</code> says what it was this
          time.
        </p>
        <dl class="card facts">
          {problems.map(({ code, status, title }) => (
            <>
              <dt id={code}>
                <code>{code}</code> ({status})
              </dt>
              <dd>{title}.</dd>
            </>
          ))}
        </dl>
      </>
    ),
  });
