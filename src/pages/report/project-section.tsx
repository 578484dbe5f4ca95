/** The facts that the verdicts rest on. */
import type { Report } from "../../report/schema.ts";
import { count, KIND_NAMES } from "../words.ts";
import { EvidenceList, PlaceLink } from "./evidence-list.tsx";
import type { DetailedContext } from "./report-context.ts";

interface Shown {
  report: Report;
  context: DetailedContext;
}

export const ProjectSection = ({ report, context }: Shown) => {
  const { project } = report;
  return (
    <section id="project" aria-labelledby="project-title">
      <h2 id="project-title">The project</h2>
      <dl class="facts card">
        <dt>Kind</dt>
        <dd>
          <Kinds report={report} context={context} />
        </dd>
        <dt>Python</dt>
        <dd>{project.python ? <code>{project.python}</code> : "not stated"}</dd>
        <dt>Frameworks</dt>
        <dd>{project.frameworks.join(", ") || "none that is known"}</dd>
        <dt>Size</dt>
        <dd>
          {count(project.files, "file")}, {count(project.pythonFiles, "Python file")} with{" "}
          {count(project.pythonLines, "line")}
        </dd>
      </dl>
      <Environment report={report} context={context} />
      <NestedProjects report={report} context={context} />
    </section>
  );
};

const Kinds = ({ report: { project }, context }: Shown) => (
  <>
    {project.declaredKind ? <p>{KIND_NAMES[project.declaredKind]}, as declared. Detected:</p> : null}
    {project.kinds.length === 0 && !project.declaredKind ? <p>{KIND_NAMES[project.kind]}</p> : null}
    {project.kinds.map(({ kind, evidence }) => (
      <>
        <p>{KIND_NAMES[kind]}</p>
        <EvidenceList evidence={evidence} total={evidence.length} most={3} commit={context.commit} />
      </>
    ))}
  </>
);

const Environment = ({ report: { project }, context }: Shown) => {
  const { variables, settledLinks } = context.detail;
  const rest = project.environment.length - variables;
  return project.environment.length === 0 ? null : (
    <details class="card">
      <summary>
        <h3>
          Environment variables <span class="n">{project.environment.length}</span>
        </h3>
      </summary>
      <section class="scroll" tabindex={0} aria-label="Environment variables, as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Default</th>
              <th scope="col">Documented</th>
              <th scope="col">Read at</th>
            </tr>
          </thead>
          <tbody>
            {project.environment.slice(0, variables).map((variable) => (
              <tr>
                <th scope="row">
                  <code>{variable.name}</code>
                  {variable.secret ? " (secret)" : null}
                </th>
                <td>{variable.default === undefined ? "none" : <code>{variable.default}</code>}</td>
                <td>{variable.documented ? "yes" : "no"}</td>
                <td class="ev">
                  <PlaceLink
                    place={{ path: variable.path, startLine: variable.line }}
                    commit={settledLinks ? context.commit : undefined}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rest > 0 ? (
        <p>
          and {rest} more, in the <a href={context.json}>JSON report</a>.
        </p>
      ) : null}
    </details>
  );
};

const NestedProjects = ({ report: { projects, input } }: Shown) => {
  if (projects.length === 0) return null;
  const { repository } = input;
  const path = repository && `/report/${repository.host}/${repository.path}`;
  return (
    <div class="card">
      <h3>Projects in it</h3>
      <ul>
        {projects.map((nested) => {
          const query = new URLSearchParams({ subdirectory: nested.path });
          return (
            <li>
              {path && nested.path !== "" ? (
                <a href={`${path}?${query}`}>{nested.name || nested.path}</a>
              ) : (
                nested.name || "the top folder"
              )}{" "}
              <span class="soft">
                {KIND_NAMES[nested.kind].toLowerCase()}
                {nested.path === "" ? null : ` in ${nested.path}`}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
};
