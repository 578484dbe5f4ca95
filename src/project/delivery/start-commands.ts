/** How the application is started, wherever the repository says so. */
import { baseName, type Files, folderOf } from "../files.ts";
import { inAirflow } from "./airflow-image.ts";
import type { CommandExpander } from "./commands.ts";
import { isForDevelopment } from "./dockerfile.ts";
import { findImageScript, indexScripts } from "./image-scripts.ts";
import { readInvocations } from "./invocations.ts";
import { containersOf } from "./kubernetes.ts";
import { readPlatformCommands } from "./platform-commands.ts";
import { joinWords } from "./python-commands.ts";
import { isIncidental, isUnder, makeScript } from "./script.ts";
import { startsServer, startsWorker } from "./servers.ts";
import type { Command, Delivery, Dockerfile, DockerInstruction, StartCommand } from "./types.ts";
import type { YamlReader } from "./yaml-reader.ts";

type Source = StartCommand["source"];
type Known = Pick<Delivery, "dockerfiles" | "compose" | "kubernetes" | "platforms" | "tasks">;

const MAX_COMMANDS = 500;

export function readStartCommands(
  files: Files,
  yamls: YamlReader,
  root: string,
  expander: CommandExpander,
  known: Known,
): StartCommand[] {
  const reader = new StartReader(files, root, expander);
  const isOwn = (path: string): boolean => !isIncidental(path, root);
  const found = [
    ...known.dockerfiles.flatMap((file) => (isOwn(file.path) ? reader.ofDockerfile(file) : [])),
    ...known.compose
      .filter(({ path }) => isOwn(path))
      .flatMap((file) =>
        file.services.flatMap(({ path, line, command, commandLine, image }) =>
          reader.ofText(
            "compose",
            { path, line: commandLine ?? line },
            inAirflow(command, image, known.dockerfiles),
            file.development,
            known.dockerfiles,
          ),
        ),
      ),
    ...readPlatformCommands(files, yamls, known.platforms).flatMap((each) =>
      reader.ofText(each.source, each, each.text, each.development, known.dockerfiles, each.server),
    ),
    ...known.kubernetes.flatMap((object) =>
      containersOf(object).flatMap((container) =>
        reader.ofText("kubernetes", object, containerText(container), false, known.dockerfiles),
      ),
    ),
    ...reader.ofScripts(),
    ...known.tasks
      .filter(({ tool }) => !/^(?:tox|nox|npm)$/.test(tool))
      .flatMap((task) =>
        task.commands.flatMap((command) => reader.ofServer("makefile", command, isForDevelopment(task.name))),
      ),
  ];
  return found.slice(0, MAX_COMMANDS);
}

/** Servers and workers that pages tell a reader to start. */
export function readDocumentedStarts(
  files: Files,
  root: string,
  expander: CommandExpander,
  docs: Delivery["docs"],
): StartCommand[] {
  const reader = new StartReader(files, root, expander);
  const found = [
    ...docs.flatMap((page) =>
      /^(?:readme|page|contributing)$/.test(page.role) &&
      !/(?:^|\/)(?:examples?|samples?|demos?|benchmarks?)\//.test(page.path)
        ? page.codeBlocks
            .filter(({ language }) =>
              /^(?:|sh|bash|shell|console|zsh|shell-session|shellsession|text|terminal|cmd|powershell|ps1|none|default)$/i.test(
                language,
              ),
            )
            .flatMap((block) => reader.ofDocs(page.path, block.text, block.line))
        : [],
    ),
  ];
  return found.slice(0, MAX_COMMANDS);
}

/** `command` and `args` of a container. */
function containerText(container: Readonly<Record<string, unknown>>): string | undefined {
  const words = [container.command, container.args].flatMap((part) =>
    Array.isArray(part) ? part.filter((word) => typeof word === "string") : [],
  );
  return words.length === 0 ? undefined : joinWords(words);
}

/** Images that start a server where the Dockerfile gives no command. */
const SERVING_IMAGES: readonly [image: RegExp, server: string][] = [
  [/tiangolo\/(?:uvicorn-gunicorn|meinheld-gunicorn)/, "gunicorn"],
  [/tiangolo\/uwsgi-nginx/, "uwsgi"],
  [/lambda\/python|aws-lambda-python|lambci\/lambda/, "AWS Lambda"],
  [/azure-functions\/python/, "Azure Functions"],
];

class StartReader {
  readonly #files: Files;
  readonly #root: string;
  readonly #expander: CommandExpander;
  readonly #index: ReadonlyMap<string, readonly string[]>;

  constructor(files: Files, root: string, expander: CommandExpander) {
    this.#files = files;
    this.#root = root;
    this.#expander = expander;
    this.#index = indexScripts(files, root);
  }

  /** CMD and ENTRYPOINT of the final image; entry point scripts that are copied in are followed. */
  ofDockerfile(file: Dockerfile): StartCommand[] {
    const entrypoint = file.final.findLast(({ keyword }) => keyword === "ENTRYPOINT");
    // An ENTRYPOINT takes away the CMD of the images that it builds on, but not one of its own stage.
    const cmd = file.final.findLast(({ keyword }) => keyword === "CMD");
    const development =
      !file.runsProject && isForDevelopment(file.path.replace(/(?:docker|container)file/gi, "-"));
    const stage =
      file.stages.findLast(
        ({ instructions }) => file.final.length > 0 && file.final.at(-1) === instructions.at(-1),
      ) ?? file.stages.at(-1);
    const serving = SERVING_IMAGES.find(([image]) => file.stages.some((each) => image.test(each.image)));
    if (serving && stage && (!startsServer(textOf(cmd) ?? "") || serving[1].startsWith("A"))) {
      return [
        {
          path: file.path,
          line: (cmd ?? stage).line,
          text: textOf(cmd) ?? `FROM ${stage.image}`,
          via: [],
          source: "docker",
          development,
          server: serving[1],
        },
      ];
    }
    const together =
      entrypoint?.exec &&
      cmd?.exec &&
      !findImageScript(this.#files, this.#index, this.#root, file, entrypoint.exec[0] ?? "")
        ? [...entrypoint.exec, ...cmd.exec]
        : undefined;
    if (together) return this.#expand("docker", cmd!, joinWords(together), development, [file]);
    return [entrypoint, cmd].flatMap((each) => (each ? this.#ofInstruction(each, development, file) : []));
  }

  #ofInstruction(instruction: DockerInstruction, development: boolean, file: Dockerfile): StartCommand[] {
    return instruction.commands.flatMap((command) =>
      this.#expand("docker", command, command.text, development, [file]),
    );
  }

  /** A command that another file gives to an image, a process or a host. */
  ofText(
    source: Source,
    place: { path: string; line: number },
    text: string | undefined,
    development: boolean,
    dockerfiles: readonly Dockerfile[],
    server?: string,
  ): StartCommand[] {
    if (text === undefined || text.trim() === "") return [];
    const found = this.#expand(source, place, text, development, dockerfiles);
    return server === undefined ? found : found.map((each) => ({ ...each, server: each.server ?? server }));
  }

  #expand(
    source: Source,
    { path, line }: { path: string; line: number },
    text: string,
    development: boolean,
    dockerfiles: readonly Dockerfile[],
  ): StartCommand[] {
    const local = this.#withLocalScript(text, dockerfiles);
    const commands = this.#expander.expand(makeScript(path, line, local, false, folderOf(path)));
    return commands
      .map(handedOver)
      .filter((command) => isStart(command))
      .map((command) => toStart(command, source, development));
  }

  /** Puts the local path of a script in place of the path that it has inside the image. */
  #withLocalScript(text: string, dockerfiles: readonly Dockerfile[]): string {
    const [first] = readInvocations(text);
    const words = first ? [first.written, ...first.args] : [];
    for (const word of words.slice(0, 6)) {
      const path = /^[\w./-]{1,200}$/.test(word)
        ? dockerfiles
            .map((file) => findImageScript(this.#files, this.#index, this.#root, file, word))
            .find((each) => each !== undefined)
        : undefined;
      if (path !== undefined && path !== word) return text.replace(word, () => `./${path}`);
    }
    return text;
  }

  /** Shell scripts that start servers or workers. */
  ofScripts(): StartCommand[] {
    const found: StartCommand[] = [];
    for (const path of this.#files.paths) {
      const name = baseName(path);
      const isScript =
        /\.(?:sh|bash)$/.test(name) ||
        /^(?:docker-)?(?:entrypoint|start|run|serve|web|launch)(?:[-_][\w-]{1,30})?$/.test(name);
      if (
        !isScript ||
        !isUnder(path, this.#root) ||
        isIncidental(path, this.#root) ||
        this.#files.size(path) > 100_000
      )
        continue;
      const text = this.#files.text(path);
      if (
        text === undefined ||
        !/\b(?:gunicorn|uvicorn|hypercorn|granian|waitress|daphne|uwsgi|runserver|flask|celery|fastapi|litestar|sanic|rq|dramatiq|arq|mod_wsgi)/.test(
          text,
        )
      )
        continue;
      const commands = this.#expander.expand(makeScript(path, 1, text, true, folderOf(path)));
      const given = commands.map(handedOver);
      found.push(...given.flatMap((command) => this.ofServer("script", command, isForDevelopment(name))));
      if (found.length > MAX_COMMANDS) break;
    }
    return found;
  }

  /** Commands that start a server or a worker; others are left out. */
  ofServer(source: Source, command: Command, development: boolean): StartCommand[] {
    const start = toStart(command, source, development);
    return start.server === undefined && startsWorker(command.text) === undefined ? [] : [start];
  }

  /** Commands in a code block of a page; prompts are taken off. */
  ofDocs(path: string, text: string, line: number): StartCommand[] {
    const plain = text.replace(/^[ \t]{0,20}(?:\$|>|%|\([\w.-]{1,40}\) ?\$|C:\\[^>\n]{0,80}>)[ \t]/gm, "");
    if (
      !/\b(?:gunicorn|uvicorn|hypercorn|granian|waitress|daphne|uwsgi|runserver|flask|celery|fastapi|litestar|sanic|rq|dramatiq|arq|streamlit|airflow|mod_wsgi)/.test(
        plain,
      )
    )
      return [];
    return this.#expander
      .expand(makeScript(path, line, plain))
      .flatMap((command) => this.ofServer("docs", command, false));
  }
}

const textOf = (instruction: DockerInstruction | undefined): string | undefined =>
  instruction?.commands.at(-1)?.text;

/** `set -- daphne app:application`, which the script's last line runs by `exec "$@"`. */
function handedOver(command: Command): Command {
  const given = /^set -- ([^\s"'$-][\s\S]*)$/.exec(command.text)?.[1];
  return given === undefined ? command : { ...command, text: `exec ${given}` };
}

/** Programs that prepare, and start nothing. */
const PREPARES =
  /^(?:echo|printf|set|export|cd|mkdir|chown|chmod|sleep|exit|source|\.|true|false|test|cat|cp|mv|rm|ln|touch|read|shift|local|return|trap|wait|ls|env|printenv|until|nc|curl|wget|umask|ulimit|unset|eval|sed|grep|awk|tr|cut|head|tail|date|id|whoami|hostname|pwd|which|type|kill|break|continue|getopts|declare|readonly|if|:|\$@|pip|apt-get|apk)$/;

function isStart(command: Command): boolean {
  return readInvocations(command.text).some(({ program }) => !PREPARES.test(program));
}

function toStart({ path, line, text, via }: Command, source: Source, development: boolean): StartCommand {
  const server = startsServer(text);
  return {
    ...{ path, line, text, via, source },
    development: development || (server?.development ?? false),
    ...(server ? { server: server.tool } : {}),
  };
}
