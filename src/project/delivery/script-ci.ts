/** CI files that are programs, read as text: Jenkinsfile and the Kotlin DSL of TeamCity. */
import { lineAt } from "../files.ts";
import {
  type FileDraft,
  type JobDraft,
  makeJob,
  type StepDraft,
  scriptStep,
  usualTriggers,
} from "./ci-jobs.ts";
import { makeScript } from "./script.ts";

const MAX_STEPS = 300;
const MAX_TEXT = 512 * 1024;

/** A place where a stage begins, an image is named, or a shell step stands. */
const JENKINS =
  /\bstage\s{0,4}\(\s{0,4}(?:name\s{0,4}:\s{0,4})?["']([^"'\n]{1,200})["']|\bdocker(?:\.image)?\s{0,4}\(?\s{0,8}\{?\s{0,80}(?:image\s{1,4})?["']([^"'\n]{1,200})["']|\b(?:sh|bat|powershell|pwsh)\b[\s(]{1,40}(?:(?:label|returnStdout|returnStatus)\s{0,4}:\s{0,4}[^,\n]{1,100},\s{0,40}){0,3}(?:script\s{0,4}:\s{0,4})?("""|'''|"|')|\bdocker\.(build)\s{0,4}\(|\.(push)\(\s{0,4}(?:["'][^"'\n]{0,200}["'])?\s{0,4}\)|(["'])(?=(?:prefect|kubectl|helm|oc|terraform|ansible-playbook) [a-z])/g;

/** What Jenkins' Docker plugin does for `docker.build(…)` and `image.push()`. */
const PLUGIN = { build: "docker build .", push: "docker push image" };

/** `sh '…'`, `sh """…"""`, `sh(script: '…')`; each stage is a job. */
export function readJenkinsfile(path: string, whole: string): FileDraft {
  const text = whole.slice(0, MAX_TEXT);
  const jobs: JobDraft[] = [];
  let image: string | undefined;
  let stage = { id: "pipeline", line: 1, steps: [] as StepDraft[] };
  const close = (): void => {
    // Stages run one after the other.
    if (stage.steps.length > 0)
      jobs.push(
        makeJob(path, stage.line, stage.id, {
          steps: stage.steps,
          earlier: jobs.map(({ id }) => id),
          ...(image === undefined ? {} : { image }),
        }),
      );
  };
  const lines = lineReader(text);
  let count = 0;
  JENKINS.lastIndex = 0;
  for (let found = JENKINS.exec(text); found && count < MAX_STEPS; found = JENKINS.exec(text)) {
    const [, name, named, shell, build, push, other] = found;
    const quote = shell ?? other;
    if (isComment(text, found.index)) continue;
    if (build !== undefined || (push !== undefined && /\bdocker\./.test(text))) {
      const line = lines(found.index);
      stage.steps.push(scriptStep(makeScript(path, line, PLUGIN[build ? "build" : "push"]), { line }));
    } else if (named !== undefined) image ??= named;
    else if (name !== undefined) {
      close();
      stage = { id: name, line: lines(found.index), steps: [] };
    } else if (quote !== undefined) {
      const from = JENKINS.lastIndex;
      const script = readQuoted(text, from, quote);
      JENKINS.lastIndex = from + script.length;
      count++;
      stage.steps.push(
        scriptStep(makeScript(path, lines(from), withoutEscapes(script)), {
          line: lines(found.index),
          ...(isCaught(text, JENKINS.lastIndex + quote.length) ? { failureAllowed: true } : {}),
        }),
      );
    }
  }
  close();
  return { path, text: whole, provider: "jenkins", triggers: usualTriggers(path), jobs };
}

/** The step stands last in a `try` whose `catch` calls the build unstable, or says so, and lets it go on. */
function isCaught(text: string, end: number): boolean {
  const [, handler] =
    /^[\s)]{0,80}\}\s{0,40}catch\s{0,4}\([^)\n]{0,80}\)\s{0,4}\{([^{}]{0,400})\}/.exec(
      text.slice(end, end + 700),
    ) ?? [];
  return handler !== undefined && !/\bthrow\b|\berror\b\s{0,4}[("']|FAILURE/.test(handler);
}

const TEAMCITY =
  /\bobject\s{1,8}(\w{1,80})\s{0,8}:\s{0,8}BuildType\b|\b(?:scriptContent|script\s{0,4}=\s{0,4}content\s{0,4}\{\s{0,40}\w{0,20}|command)\s{0,4}=\s{0,8}("""|")/g;

/** Settings of TeamCity in Kotlin: `scriptContent = """…"""` of each build type. */
export function readTeamcity(path: string, whole: string): FileDraft {
  const text = whole.slice(0, MAX_TEXT);
  const jobs: { id: string; line: number; steps: StepDraft[] }[] = [];
  const lines = lineReader(text);
  let count = 0;
  TEAMCITY.lastIndex = 0;
  for (let found = TEAMCITY.exec(text); found && count < MAX_STEPS; found = TEAMCITY.exec(text)) {
    const [, name, quote] = found;
    if (name !== undefined) jobs.push({ id: name, line: lines(found.index), steps: [] });
    if (quote === undefined) continue;
    const from = TEAMCITY.lastIndex;
    const script = readQuoted(text, from, quote);
    TEAMCITY.lastIndex = from + script.length;
    count++;
    if (jobs.length === 0) jobs.push({ id: "build", line: 1, steps: [] });
    jobs.at(-1)!.steps.push(scriptStep(makeScript(path, lines(from), script), { line: lines(found.index) }));
  }
  const drafts = jobs.map(({ id, line, steps }) => makeJob(path, line, id, { steps }));
  return { path, text: whole, provider: "teamcity", triggers: usualTriggers(path), jobs: drafts };
}

/** Text up to the closing quote; backslashes escape. */
function readQuoted(text: string, from: number, quote: string): string {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(quote, at)) return text.slice(from, at);
    else if (quote.length === 1 && text[at] === "\n") return text.slice(from, at);
  }
  return text.slice(from);
}

/** Escapes that Groovy takes out; `\` at a line's end is the shell's. */
const withoutEscapes = (text: string): string =>
  text.replace(/\\(["'$])/g, "$1").replaceAll("\\\\\n", "\\\n");

/** Behind `//` on its line, or in a line of a block comment. */
function isComment(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 300), at);
  return /^\s{0,200}(?:\/\/|\*|\/\*)/.test(before.slice(before.lastIndexOf("\n") + 1));
}

/** Lines of growing offsets, each part of the text counted once. */
function lineReader(text: string): (offset: number) => number {
  let [line, at] = [1, 0];
  return (offset) => {
    if (offset < at) return lineAt(text, offset);
    for (let next = text.indexOf("\n", at); next !== -1 && next < offset; next = text.indexOf("\n", at)) {
      line++;
      at = next + 1;
    }
    return line;
  };
}
