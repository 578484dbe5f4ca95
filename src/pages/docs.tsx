/** Swagger UI from our own assets; its start script is a file of its own, as the policy wants it. */
import { assetUrl } from "./asset-url.ts";
import { renderPage } from "./layout.tsx";

export const docsPage = (): string =>
  renderPage({
    title: "pyready API",
    at: "docs",
    bringsMain: true,
    scripts: ["docs.js"],
    head: (
      <>
        <link rel="stylesheet" href="/assets/swagger/swagger-ui.css" />
        <link rel="stylesheet" href={assetUrl("docs.css")} />
        <script defer src="/assets/swagger/swagger-ui-bundle.js" />
      </>
    ),
    body: <DocsBody />,
  });

const DocsBody = () => (
  <>
    <section aria-labelledby="api">
      <h1 id="api">API</h1>
      <div class="card worked">
        <h2>Try it in three steps</h2>
        <ol>
          <li>
            Open <a href="#/Scans/createScan">POST /v1/scans</a> below and press <strong>Execute</strong>: a
            small{" "}
            <a href="/example.zip" download>
              example project
            </a>{" "}
            is chosen already.
          </li>
          <li>Read the answer: score, grade, verdict, and every result with its evidence and fix.</li>
          <li>
            Copy its <code>id</code> into <a href="#/Scans/getScan">GET /v1/scans/{"{id}"}</a> to read it
            again, or into <a href="#/Badges/getScanBadge">GET /badge/scans/{"{id}"}.svg</a> for a badge.
          </li>
        </ol>
        <p>The same from a terminal, with a project of your own:</p>
        <pre tabindex={0}>
          <code>
            {"git archive --format=zip --output project.zip HEAD\n"}
            {'curl -H "Content-Type: application/zip" --data-binary @project.zip '}
            <span id="origin" />
            /v1/scans
          </code>
        </pre>
      </div>
    </section>
    <div id="swagger" />
    <noscript>
      <p>
        The operations are described in <a href="/openapi.json">openapi.json</a>.
      </p>
    </noscript>
  </>
);
