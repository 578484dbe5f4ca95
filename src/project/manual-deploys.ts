/** Deployments by hand: `ssh` with `git pull`, `scp` and `rsync` to a server, in documents, scripts, tasks and jobs. */
import { ciJobs, destroysMachines } from "./ci-runs.ts";
import { deploysByHand } from "./delivery/command-kinds.ts";
import { isIncidental } from "./delivery/script.ts";
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface ManualDeploy extends Place {
  note: string;
  /** The command, or what is around it. */
  text: string;
  /** CI does it, and nobody types it. */
  ci: boolean;
}

/** Every place that deploys by hand. */
export function findManualDeploys(project: Project): ManualDeploy[] {
  return [...inJobs(project), ...inScripts(project), ...inTasks(project), ...inDocs(project)];
}

const PULLS = /\bgit (?:pull|fetch|reset|checkout)\b|\bsvn up\b|\bhg pull\b/;

function inJobs(project: Project): ManualDeploy[] {
  return ciJobs(project).flatMap(({ job }) => {
    const isSite = /docs?|pages|website/i.test(job.id);
    const typed =
      isSite || destroysMachines(job)
        ? []
        : job.commands.flatMap(({ path, line, text }): ManualDeploy[] => {
            const tool = deploysByHand(text);
            return tool === undefined
              ? []
              : [{ path, line, text, note: `${tool} in job ${job.id}`, ci: true }];
          });
    const actions = job.steps.flatMap(({ path, line, uses, with: inputs }): ManualDeploy[] => {
      const action =
        /^(?:appleboy\/(?:ssh|scp)-action|burnett01\/rsync-deployments|easingthemes\/ssh-deploy)/.exec(
          uses ?? "",
        )?.[0];
      if (action === undefined || isSite) return [];
      const copies = /ssh-action/.test(action) ? "" : "scp . host:/srv ";
      return [
        { path, line, text: `${copies}${inputs.script ?? ""}`, note: `${action} in job ${job.id}`, ci: true },
      ];
    });
    return [...typed, ...actions];
  });
}

const SCRIPT = /\.(?:sh|bash|ps1|bat|cmd)$|(?:^|\/)(?:scripts?|bin|deploy)\/[\w-]{1,60}$|(?:^|\/)deploy$/i;
/** Copies of backups, logs and dumps are no deployment. */
const OTHER = /backup|dump|\blogs?\b|\.sql\b|snapshot|docs?\/|gh-pages|authorized_keys|\.pem\b/i;

function inScripts({ files, root }: Project): ManualDeploy[] {
  return files.paths.flatMap((path): ManualDeploy[] => {
    if (isIncidental(path, root) || files.size(path) > 256 * 1024) return [];
    const isFabric = /(?:^|\/)fabfile(?:\/[\w-]{1,40})?\.py$/.test(path);
    if (!isFabric && !SCRIPT.test(path)) return [];
    const text = files.text(path) ?? "";
    if (isFabric) {
      const line = findLine(text, PULLS);
      return line === undefined
        ? []
        : [{ path, line, text: "git pull", note: "Fabric with git pull", ci: false }];
    }
    return byLine(path, text);
  });
}

function byLine(path: string, text: string, from = 1): ManualDeploy[] {
  if (!/\b(?:ssh|scp|rsync|sftp)\b/.test(text)) return [];
  return text.split("\n").flatMap((line, index): ManualDeploy[] => {
    const command = line.slice(0, 1000);
    const tool =
      /\b(?:ssh|scp|rsync|sftp)\b/.test(command) && !OTHER.test(command) ? deploysByHand(command) : undefined;
    return tool === undefined ? [] : [{ path, line: from + index, text: command, note: tool, ci: false }];
  });
}

const inTasks = ({ delivery }: Project): ManualDeploy[] =>
  delivery.tasks.flatMap(({ tool, name, commands }) =>
    commands.flatMap(({ path, line, text }): ManualDeploy[] => {
      const by = OTHER.test(text) || /docs?|site|html|upload/i.test(name) ? undefined : deploysByHand(text);
      return by === undefined ? [] : [{ path, line, text, note: `${by} in ${tool} ${name}`, ci: false }];
    }),
  );

const ABOUT = /deploy|production|server|hosting|update|upgrad|release|install/i;

/** Code blocks about deployment: a copy to a server, or a login with a pull after it. */
function inDocs({ delivery }: Project): ManualDeploy[] {
  return delivery.docs.flatMap((page) => {
    if (page.role === "changelog" || !/\b(?:ssh|scp|rsync|sftp)\b/.test(page.text)) return [];
    return page.codeBlocks.flatMap((block): ManualDeploy[] => {
      const lines = block.text.split("\n").slice(0, 500);
      const section = page.sections.findLast(({ line }) => line <= block.line);
      if (!ABOUT.test(`${section?.title ?? ""} ${page.path}`)) return [];
      const login = lines.findIndex((line) =>
        /^\s{0,8}(?:[$#>%] )?ssh\s+(?:-\S{1,40}\s+){0,6}[\w.$<{-]{1,60}@?[\w.$<>{}-]{1,80}\s*$/.test(
          line.slice(0, 300),
        ),
      );
      if (login !== -1 && PULLS.test(lines.slice(login).join("\n")))
        return [
          {
            path: page.path,
            line: block.line + login,
            text: "git pull",
            note: "ssh and git pull",
            ci: false,
          },
        ];
      const bare = lines.map((line) => line.replace(/^\s{0,8}[$#>%] /, "")).join("\n");
      return byLine(page.path, bare, block.line);
    });
  });
}
