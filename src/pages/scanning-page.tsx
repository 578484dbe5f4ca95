/** What is seen while a repository is being scanned. Without scripts it looks again by itself. */
import { renderPage } from "./layout.tsx";

interface Scanning {
  /** `github.com/owner/name`. */
  name: string;
  job: string;
  /** Path and query of this page once the report is there. */
  path: string;
  /** Path and query that look how the job goes. */
  again: string;
}

/** Seconds between two looks without scripts. */
const WAIT = 3;

export const scanningPage = ({ name, job, path, again }: Scanning): string =>
  renderPage({
    title: `Scanning ${name}: pyready`,
    scripts: ["scan.js"],
    head: (
      <noscript>
        <meta http-equiv="refresh" content={`${WAIT};url=${again}`} />
      </noscript>
    ),
    body: (
      <div class="scanning" id="scanning" data-job={job} data-path={path}>
        <h1>{name}</h1>
        <p class="lead">This commit has not been looked at before. It takes a few seconds, once.</p>
        <div id="progress">
          <progress max="1" aria-labelledby="stage" />
          <p id="stage" role="status">
            Scanning…
          </p>
        </div>
        <p id="problem" class="problem" role="alert" hidden />
        <noscript>
          <p>
            This page looks again every {WAIT} seconds. <a href={again}>Look now</a>
          </p>
        </noscript>
      </div>
    ),
  });
