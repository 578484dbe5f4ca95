/**
 * GitLab CI: includes of the same repository, `extends`, `!reference`, stages, rules. Jobs of child pipelines and of
 * remote includes stay closed. https://docs.gitlab.com/ci/yaml
 */
import type { Files } from "../files.ts";
import { matchesPath } from "../glob.ts";
import {
  type FileDraft,
  type JobDraft,
  makeJob,
  type StepDraft,
  scriptStep,
  usualTriggers,
} from "./ci-jobs.ts";
import { joinPath, yamlScript } from "./script.ts";
import type { YamlFile, YamlNode } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

const RESERVED = new Set(
  "default include stages variables workflow image services before_script after_script cache spec types".split(
    " ",
  ),
);
const STAGES = ["build", "test", "deploy"];
const MAX_INCLUDES = 50;
const MAX_DEPTH = 8;
const MAX_SCRIPT = 500;
const MAX_JOBS = 500;
/** Jobs that one extends, one after the other. */
const MAX_EXTENDS = 20;

/** A node with the file that it stands in. */
interface Placed {
  path: string;
  line: number;
  node: YamlNode;
}

export function readGitlab(files: Files, yamls: YamlReader, yaml: YamlFile): FileDraft {
  const base: FileDraft = { path: yaml.path, text: yaml.text, provider: "gitlab", triggers: [], jobs: [] };
  if (yaml.broken !== undefined) return { ...base, broken: yaml.broken };
  const pipeline = new Pipeline(files, yamls);
  pipeline.take(yaml, 0);
  return {
    ...base,
    triggers: usualTriggers(yaml.path),
    jobs: pipeline.readJobs(),
    data: yaml.documents.at(-1)?.plain,
  };
}

class Pipeline {
  readonly #files: Files;
  readonly #yamls: YamlReader;
  /** Keys of all files together; a later file's come last and win. */
  readonly #top = new Map<string, Placed>();
  readonly #closed: JobDraft[] = [];
  /** Values that have been looked up, by job and key. */
  readonly #values = new Map<Placed, Map<string, Placed | undefined>>();
  readonly #taken = new Set<string>();

  constructor(files: Files, yamls: YamlReader) {
    this.#files = files;
    this.#yamls = yamls;
  }

  /** Takes in a file, its includes first, so that its own keys win. */
  take(yaml: YamlFile, depth: number): void {
    if (this.#taken.has(yaml.path) || this.#taken.size > MAX_INCLUDES || depth > MAX_DEPTH) return;
    this.#taken.add(yaml.path);
    for (const document of yaml.documents) {
      for (const item of document.get("include").asList) this.#include(yaml.path, item, depth);
      for (const { key, line, node } of document.entries) this.#top.set(key, { path: yaml.path, line, node });
    }
  }

  #include(path: string, item: YamlNode, depth: number): void {
    const local =
      item.textAt("local") ??
      (item.text !== undefined && !/^https?:/.test(item.text) ? item.text : undefined);
    const pattern = local?.replace(/^\//, "");
    if (pattern === undefined || pattern.length > 200) {
      const [entry] = item.entries;
      const uses = item.text ?? (entry && `${entry.key}: ${entry.node.texts.join(", ")}`);
      if (uses !== undefined) this.#closed.push(makeJob(path, item.line, `include ${uses}`, { uses }));
      return;
    }
    const isMatch = pattern.includes("*")
      ? (path: string) => matchesPath(pattern, path)
      : (path: string) => path === joinPath("", pattern);
    const matches = this.#files.paths.filter((path) => isMatch(path));
    for (const each of matches.slice(0, MAX_INCLUDES)) {
      const found = this.#yamls.read(each);
      if (found) this.take(found, depth + 1);
    }
  }

  readJobs(): JobDraft[] {
    const stages = this.#top.get("stages")?.node.texts ?? [];
    const order = [".pre", ...(stages.length > 0 ? stages : STAGES), ".post"];
    const ids = [...this.#top.keys()].filter((id) => !RESERVED.has(id) && !id.startsWith("."));
    const jobs = ids
      .slice(0, MAX_JOBS)
      .map((id) => this.#readJob(id))
      .filter((job) => job !== undefined);
    const ranks = new Map(order.map((stage, at) => [stage, at]));
    const stageOf = (job: JobDraft): number => ranks.get(job.stage ?? "test") ?? -1;
    const staged = jobs.map((job) => {
      const needsGiven = this.#lookup(this.#top.get(job.id)!, "needs") !== undefined;
      const earlier = needsGiven
        ? []
        : jobs.filter((other) => stageOf(other) < stageOf(job)).map(({ id }) => id);
      return { ...job, earlier };
    });
    return [...staged, ...this.#closed];
  }

  #readJob(id: string): JobDraft | undefined {
    const job = this.#top.get(id)!;
    if (job.node.kind !== "map") return undefined;
    const text = (...keys: string[]): string | undefined => {
      const found = this.#lookup(job, keys[0]!)?.node;
      return keys.reduce<YamlNode | undefined>((node, key, at) => (at === 0 ? node : node?.get(key)), found)
        ?.text;
    };
    const env = { ...this.#top.get("variables")?.node.strings, ...this.#variables(job) };
    const image =
      text("image") ??
      text("image", "name") ??
      this.#default("image")?.text ??
      this.#default("image")?.textAt("name");
    const called = this.#lookup(job, "trigger")?.node;
    const uses =
      called &&
      (called.texts[0] ??
        called.get("include").texts[0] ??
        called.textAt("include", "local") ??
        called.textAt("project"));
    const facts = {
      environment: text("environment") ?? text("environment", "name"),
      image: image === undefined ? undefined : fill(image, env),
      condition: this.#condition(job),
      uses,
    };
    return makeJob(job.path, job.line, id, {
      ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
      stage: text("stage") ?? "test",
      needs: (this.#lookup(job, "needs")?.node.asList ?? []).flatMap(
        (need) => need.text ?? need.textAt("job") ?? [],
      ),
      services: this.#services(job),
      matrix: readParallel(this.#lookup(job, "parallel")?.node),
      ...(this.#lookup(job, "allow_failure")?.node.scalar === true ? { failureAllowed: true } : {}),
      steps: ["before_script", "script", "after_script"].flatMap((key) => this.#steps(job, key)),
      env,
    });
  }

  /** The value of a key: the job's own, else that of what it extends, the last named first. */
  #lookup(job: Placed, key: string, depth = 0): Placed | undefined {
    const own = job.node.entry(key);
    if (own) return { path: job.path, line: own.line, node: own.node };
    const known = this.#values.get(job) ?? new Map<string, Placed | undefined>();
    this.#values.set(job, known);
    if (known.has(key) || depth > MAX_EXTENDS) return known.get(key);
    // A cycle ends here: what is being looked for has no value yet.
    known.set(key, undefined);
    let found: Placed | undefined;
    for (const base of this.#bases(job)) found ??= this.#lookup(base, key, depth + 1);
    known.set(key, found);
    return found;
  }

  /** The jobs that a job extends, the last named first. */
  #bases(job: Placed): Placed[] {
    return job.node
      .get("extends")
      .texts.slice(0, 10)
      .reverse()
      .flatMap((name) => this.#top.get(name) ?? []);
  }

  /** Variables of a job over those of what it extends; each job of a chain is taken once. */
  #variables(job: Placed): Record<string, string> {
    const chain: Placed[] = [];
    const open = [job];
    for (let next = open.shift(); next && chain.length < MAX_EXTENDS; next = open.shift()) {
      if (chain.includes(next)) continue;
      chain.push(next);
      open.push(...this.#bases(next));
    }
    return Object.assign(
      Object.create(null),
      ...chain.reverse().map(({ node }) => node.get("variables").strings),
    );
  }

  #default(key: string): YamlNode | undefined {
    const inDefault = this.#top.get("default")?.node.entry(key)?.node;
    return inDefault ?? this.#top.get(key)?.node;
  }

  #services(job: Placed): string[] {
    const services = this.#lookup(job, "services")?.node ?? this.#default("services");
    return (services?.asList ?? []).flatMap((service) => service.text ?? service.textAt("name") ?? []);
  }

  #condition(job: Placed): string | undefined {
    const parts = ["rules", "only", "except", "when"].flatMap((key) => {
      const found = this.#lookup(job, key)?.node;
      if (!found) return [];
      const texts = found.asList.flatMap(
        (item) => item.text ?? item.entries.flatMap(({ node }) => node.texts),
      );
      return [
        `${key}: ${(found.kind === "map" ? found.entries.flatMap(({ node }) => node.texts) : texts).join(" ")}`,
      ];
    });
    return parts.length === 0 ? undefined : parts.join("; ").slice(0, 1000);
  }

  #steps(job: Placed, key: string): StepDraft[] {
    const own = this.#lookup(job, key);
    const standard = this.#top.get("default")?.node.has(key) ? this.#top.get("default") : undefined;
    const top = this.#top.get(key);
    const found = own ?? (standard ? { ...standard, node: standard.node.get(key) } : top);
    return found && key !== "extends" ? this.#scripts(found, key, 0).slice(0, MAX_SCRIPT) : [];
  }

  /** Scalars of a script, those of `!reference [job, key]` in its place. */
  #scripts({ path, node }: Placed, name: string, depth: number): StepDraft[] {
    if (depth > MAX_DEPTH) return [];
    if (node.tag === "!reference") {
      const [id = "", key = ""] = node.texts;
      const job = this.#top.get(id);
      const found = job && this.#lookup(job, key);
      return found ? this.#scripts(found, name, depth + 1) : [];
    }
    if (node.kind === "list")
      return node.items
        .slice(0, MAX_SCRIPT)
        .flatMap((item) => this.#scripts({ path, line: item.line, node: item }, name, depth + 1))
        .slice(0, MAX_SCRIPT);
    return node.text === undefined ? [] : [scriptStep(yamlScript(path, node), { name })];
  }
}

function readParallel(node: YamlNode | undefined): Record<string, string[]> {
  const values: Record<string, string[]> = Object.create(null);
  for (const item of node?.get("matrix").items ?? []) {
    for (const { key, node: each } of item.entries)
      values[key] = [...new Set([...(values[key] ?? []), ...each.texts])];
  }
  return values;
}

/** `$NAME` and `${NAME}` where the pipeline sets them. */
const fill = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{?(\w{1,80})\}?/g, (whole, name: string) =>
    Object.hasOwn(env, name) ? env[name]! : whole,
  );
