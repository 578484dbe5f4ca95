/** The landing page. Without scripts its form answers with the report as JSON. */
import { html } from "hono/html";
import { type Html, renderPage } from "./layout.ts";

export const homePage = (): Html =>
  renderPage({
    title: "pyready: is your Python project ready for production?",
    head: html`<script type="module" src="/assets/home.js"></script>`,
    body: html`
      <h1>Is your Python project ready for production?</h1>
      <p class="lead">
        Give the URL of its repository or send an archive, and read what stands between the two: every verdict with file, line and a way to mend it.
      </p>
      <form id="repository-scan" hidden>
        <p>
          <label for="repository">Repository (GitHub, GitLab, Codeberg, Bitbucket)</label>
          <input
            id="repository"
            name="repository"
            type="text"
            inputmode="url"
            autocomplete="url"
            spellcheck="false"
            placeholder="https://github.com/owner/name"
            required
          />
        </p>
        <p><button type="submit">Scan</button></p>
      </form>
      <form id="scan" action="/v1/scans" method="post" enctype="multipart/form-data">
        <p>
          <label for="archive">Archive of a project (.zip, .tar.gz, .whl; up to 64 MB)</label>
          <input
            id="archive"
            name="archive"
            type="file"
            accept=".zip,.whl,.gz,.tgz,.tar"
            aria-describedby="hint"
            required
          />
        </p>
        <p id="hint" class="hint">
          In a git repository, <code>git archive --format=zip --output project.zip HEAD</code> makes one. You can drop it
          anywhere on this page. It is unpacked in memory; nothing in it is executed, and it is not kept.
        </p>
        <p>
          <button type="submit">Scan</button>
          <button type="button" id="example" class="quiet" hidden>Scan an example</button>
        </p>
      </form>
      <section id="progress" aria-label="Progress" hidden>
        <progress max="1" value="0" aria-labelledby="stage"></progress>
        <p id="stage" role="status"></p>
      </section>
      <p id="problem" class="problem" role="alert" hidden></p>
      <section id="report" aria-labelledby="report-title" tabindex="-1" hidden></section>
    `,
  });
