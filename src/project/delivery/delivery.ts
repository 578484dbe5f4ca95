/** What the repository says about building, testing, shipping and running the project: each fact built once, when asked for. */
import type { Files } from "../files.ts";
import type { Place } from "../manifests/types.ts";
import { withBudget } from "./budget.ts";
import { finishFile } from "./ci-jobs.ts";
import { CommandExpander, scriptAt } from "./commands.ts";
import { readComposeFiles } from "./compose.ts";
import { readDockerfiles } from "./docker-images.ts";
import { readDocs } from "./docs.ts";
import { readHooks } from "./hooks.ts";
import { readDockerignore, readGitignore } from "./ignore-files.ts";
import { readKubernetes } from "./kubernetes.ts";
import { readLicenses } from "./licenses.ts";
import { readCiFiles } from "./other-ci.ts";
import { readPlatforms } from "./platforms.ts";
import { readProjectNames } from "./project-names.ts";
import { readDocumentedStarts, readStartCommands } from "./start-commands.ts";
import { readTaskFiles, type TaskFile } from "./tasks.ts";
import type { CiFile, CiJob, Command, Delivery, DocPage } from "./types.ts";
import { YamlReader } from "./yaml-reader.ts";

/**
 * @param root the judged folder, `""` for the top; CI, hooks, licences and ignore files are read from the top as well
 */
export const readDelivery = (files: Files, root: string): Delivery => new DeliveryFacts(files, root);

const MIB = 1024 * 1024;
/** Characters that each reader takes in; `search` is for patterns that are looked for in many files. */
const BUDGETS = {
  ci: 2 * MIB,
  docker: 2 * MIB,
  docs: 16 * MIB,
  scripts: 4 * MIB,
  search: 16 * MIB,
  tasks: 4 * MIB,
};

class DeliveryFacts implements Delivery {
  readonly #files: Files;
  readonly #root: string;
  readonly #yamls: YamlReader;
  readonly #expander: CommandExpander;
  readonly #facts = new Map<string, unknown>();

  constructor(files: Files, root: string) {
    this.#files = files;
    this.#root = root;
    this.#yamls = new YamlReader(files);
    this.#expander = new CommandExpander(
      withBudget(files, BUDGETS.scripts),
      root,
      () => this.#taskFiles,
      () => this.hooks,
      this,
    );
  }

  #once<T>(name: string, build: () => T): T {
    if (!this.#facts.has(name)) this.#facts.set(name, build());
    return this.#facts.get(name) as T;
  }

  get ci(): readonly CiFile[] {
    return this.#once("ci", () =>
      readCiFiles(withBudget(this.#files, BUDGETS.ci), this.#yamls, this.#root).map((draft) =>
        finishFile(draft, this.#expander),
      ),
    );
  }

  get ciCommands(): readonly (Command & { job: CiJob; file: CiFile })[] {
    return this.#once("ciCommands", () =>
      this.ci.flatMap((file) =>
        file.jobs.flatMap((job) => job.commands.map((command) => ({ ...command, job, file }))),
      ),
    );
  }

  get hooks() {
    return this.#once("hooks", () =>
      readHooks(withBudget(this.#files, BUDGETS.ci), this.#yamls, [...new Set(["", this.#root])]),
    );
  }

  get dockerfiles() {
    return this.#once("dockerfiles", () =>
      readDockerfiles(
        withBudget(this.#files, BUDGETS.docker),
        this.#root,
        readProjectNames(this.#files, this.#root),
      ),
    );
  }

  get compose() {
    return this.#once("compose", () => readComposeFiles(this.#files, this.#yamls, this.#root));
  }

  get kubernetes() {
    return this.#once("kubernetes", () =>
      readKubernetes(withBudget(this.#files, BUDGETS.search), this.#yamls, this.#root),
    );
  }

  get platforms() {
    return this.#once("platforms", () => readPlatforms(withBudget(this.#files, BUDGETS.search), this.#root));
  }

  get startCommands() {
    return this.#once("startCommands", () => {
      const files = withBudget(this.#files, BUDGETS.scripts);
      const documented = readDocumentedStarts(files, this.#root, this.#expander, this.docs);
      return [...this.deployedCommands, ...documented];
    });
  }

  get deployedCommands() {
    return this.#once("deployedCommands", () =>
      readStartCommands(
        withBudget(this.#files, BUDGETS.scripts),
        this.#yamls,
        this.#root,
        this.#expander,
        this,
      ),
    );
  }

  get #taskFiles(): readonly TaskFile[] {
    return this.#once("taskFiles", () =>
      readTaskFiles(withBudget(this.#files, BUDGETS.tasks), this.#yamls, this.#root),
    );
  }

  get tasks() {
    return this.#once("tasks", () => this.#taskFiles.flatMap((file) => file.tasks));
  }

  expand(text: string, place: Place): readonly Command[] {
    return this.#expander.expand(scriptAt(text, place));
  }

  get #docs() {
    return this.#once("docs", () => readDocs(withBudget(this.#files, BUDGETS.docs), this.#root));
  }

  get readme(): DocPage | undefined {
    return this.#docs.readme;
  }

  get docs(): readonly DocPage[] {
    return this.#docs.docs;
  }

  get gitignore() {
    return this.#once("gitignore", () => readGitignore(this.#files, this.#root));
  }

  get dockerignore() {
    return this.#once("dockerignore", () => readDockerignore(this.#files, this.#root));
  }

  get licenses() {
    return this.#once("licenses", () => readLicenses(this.#files, this.#root));
  }
}
