/** The landing page. Its forms work without scripts; with them, folders can be dropped and progress is seen. */
import { renderPage } from "./layout.tsx";

/** @param uploadBytes the largest upload */
export const homePage = (uploadBytes: number): string =>
  renderPage({
    title: "pyready: is your Python project ready for production?",
    description:
      "Drop an archive or paste a repository's URL, and read what stands between a Python project and production.",
    scripts: ["scan.js"],
    body: <HomeBody uploadBytes={uploadBytes} />,
  });

interface Limits {
  uploadBytes: number;
}

const HomeBody = ({ uploadBytes }: Limits) => (
  <div class="home">
    <h1>Is your Python project ready for production?</h1>
    <p class="lead">
      pyready reads it, without running it, and answers with a grade, the file and line behind every verdict,
      and what to do next.
    </p>
    <RepositoryForm />
    <UploadForm uploadBytes={uploadBytes} />
    <div id="progress" hidden>
      <progress max="1" value="0" aria-labelledby="stage" />
      <p id="stage" role="status" />
    </div>
    <p id="problem" class="problem" role="alert" hidden />
    <TokenForm />
    <Example />
    <Promises />
  </div>
);

const RepositoryForm = () => (
  <form id="repository-scan" class="ask" action="/report" method="get">
    <label for="repository">Repository on GitHub, GitLab, Codeberg or Bitbucket</label>
    <div class="row">
      <input
        id="repository"
        name="repository"
        type="text"
        inputmode="url"
        autocomplete="url"
        spellcheck={false}
        placeholder="https://github.com/owner/name"
        required
      />
      <button type="submit">Scan</button>
    </div>
  </form>
);

const UploadForm = ({ uploadBytes }: Limits) => (
  <form
    id="scan"
    class="drop"
    action="/v1/scans?format=html"
    method="post"
    enctype="multipart/form-data"
    data-packer="/assets/vendor/pack-folder.js"
    data-limit={uploadBytes}
  >
    <p>
      <strong class="with-script" hidden>
        Or drop an archive or a folder anywhere on this page
      </strong>
      <noscript>
        <strong>Or send an archive</strong>
      </noscript>
    </p>
    <p class="row">
      <label class="button quiet">
        Choose an archive
        <input
          id="archive"
          name="archive"
          type="file"
          accept=".zip,.whl,.gz,.tgz,.tar"
          aria-describedby="hint"
          required
        />
      </label>
      <label class="button quiet with-script" hidden>
        Choose a folder
        <input id="folder" type="file" webkitdirectory aria-describedby="hint" />
      </label>
      <noscript>
        <button type="submit">Scan</button>
      </noscript>
    </p>
    <p id="hint" class="soft">
      .zip, .tar.gz, .whl or .tar, up to {Math.floor(uploadBytes / 1024 / 1024)} MB. It is unpacked in memory;
      nothing in it is executed, and it is not kept. Of a folder, what <code>.gitignore</code> names stays
      here.
    </p>
  </form>
);

/** Shown when the server answers that a scan needs one. */
const TokenForm = () => (
  <form id="token-form" class="ask" hidden>
    <label for="token">Token of this server</label>
    <div class="row">
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="off"
        spellcheck={false}
        maxlength={500}
        aria-describedby="token-hint"
        required
      />
      <button type="submit">Scan</button>
    </div>
    <p id="token-hint" class="soft">
      A word that whoever runs this server gives to those who may scan here. It is sent to this server alone (
      <code>Authorization: Bearer</code>), and forgotten when you close this tab.
    </p>
  </form>
);

const Example = () => (
  <section class="preview" aria-labelledby="preview-title">
    <h2 id="preview-title">What you get</h2>
    <p>
      <a href="/report/example">The report of an example project</a>, made by the same rules as yours will be:
    </p>
    <picture>
      <source media="(prefers-color-scheme: dark)" srcset="/assets/report-dark.png" />
      <img
        src="/assets/report.png"
        width={1200}
        height={880}
        loading="lazy"
        alt="Its head: the grade in a ring, the verdict, the steps to the next grade, and a bar for each category."
      />
    </picture>
  </section>
);

const Promises = () => (
  <ul class="promises">
    <li>
      <h2>Evidence for every verdict</h2>
      <p>
        A pass says which line gave the signal, a failure where it is, why it matters and what to paste. What
        no file can show is put to you as a question.
      </p>
    </li>
    <li>
      <h2>Five checklists, 134 demands</h2>
      <p>
        Locked dependencies, configuration, errors, tests, logs, health, delivery:{" "}
        <a href="/rules">each rule</a> shows its reason and examples.
      </p>
    </li>
    <li>
      <h2>A badge and an API</h2>
      <p>
        One address for a README, JSON and SARIF for CI. The <a href="/docs">API</a> can be tried in the
        browser.
      </p>
    </li>
  </ul>
);
