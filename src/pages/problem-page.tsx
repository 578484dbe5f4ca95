/** A problem as a page, for those who came with a browser. */
import type { ProblemDocument } from "../http/problems.ts";
import { renderPage } from "./layout.tsx";

export const problemPage = ({ title, status, detail, code, requestId }: ProblemDocument): string =>
  renderPage({
    title: `${title}: pyready`,
    body: (
      <div class="trouble">
        <p class="status">{status}</p>
        <h1>{title}</h1>
        <p class="lead">{detail}</p>
        <p>
          <a class="button" href="/">
            Scan a project
          </a>
        </p>
        <p class="meta">
          <a href={`/problems#${code}`}>{code}</a>, request <code>{requestId}</code>
        </p>
      </div>
    ),
  });
