// Sends an archive or the URL of a repository, tells how the scan goes, and shows the report. Everything scanned enters the page as text.

const form = document.getElementById("scan");
const repositoryForm = document.getElementById("repository-scan");
const repository = document.getElementById("repository");
const input = document.getElementById("archive");
const example = document.getElementById("example");
const progress = document.getElementById("progress");
const problem = document.getElementById("problem");
const report = document.getElementById("report");

/** What each stage is called, and which part of the bar it fills. */
const STAGES = {
  upload: ["Sending the archive", 0, 0.1],
  resolve: ["Asking the forge", 0, 0.05],
  queued: ["Waiting", 0.05, 0.05],
  download: ["Downloading", 0.05, 0.2],
  unpack: ["Unpacking", 0.1, 0.2],
  lint: ["Reading the code", 0.2, 0.9],
  judge: ["Judging", 0.9, 1],
  store: ["Writing the report", 1, 1],
};

const VERDICTS = { ready: "Ready for production", nearly: "Nearly ready", "not-ready": "Not ready yet" };
const OUTCOMES = {
  fail: "To mend",
  partial: "Partly there",
  inconclusive: "For a person to decide",
  error: "Could not be checked",
  suppressed: "Ignored by configuration",
  pass: "In good state",
  "not-applicable": "Not applicable",
};
const KINDS = {
  service: "a service",
  pipeline: "a pipeline",
  cli: "a command line tool",
  library: "a library",
  research: "research code",
};
const OPEN = new Set(["fail", "partial"]);

/** An element with text or children. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function showStage(name, share) {
  const [title, from, to] = STAGES[name] ?? [name, 0, 1];
  progress.querySelector("progress").value = from + share * (to - from);
  progress.querySelector("#stage").textContent = `${title}…`;
}

/** Lines of a stream of JSON objects. */
async function* readLines(body) {
  let rest = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    yield* lines.map((line) => JSON.parse(line));
  }
}

/** @param type media type of the body: JSON names a repository, anything else is an archive */
async function scan(body, type) {
  const answer = await fetch("/v1/scans", {
    method: "POST",
    headers: {
      "Content-Type": type,
      Accept: "application/x-ndjson, application/json;q=0.5",
    },
    body,
  });
  if (!answer.ok) return answer.json();
  let last;
  for await (const event of readLines(answer.body)) {
    if (event.stage) showStage(event.stage, event.share);
    else last = event;
  }
  return last;
}

function showEvidence({ path, startLine, note }) {
  return make("li", {}, make("code", {}, `${path}:${startLine}`), note ? ` ${note}` : "");
}

/** Fixes are Markdown: fences become blocks, the rest paragraphs. */
function showFix(fix) {
  return fix
    .split(/^```[^\n]*\n([\s\S]*?)^```\n?/m)
    .map((part, index) =>
      index % 2 === 1 ? make("pre", {}, make("code", {}, part)) : make("p", {}, part.trim()),
    );
}

function showResult(result) {
  const { title, severity, message, reason, evidence, evidenceCount, fix, outcome } = result;
  const more = evidenceCount - evidence.length;
  return make(
    "li",
    { class: "result" },
    make("h4", {}, title, " ", make("span", { class: "severity" }, severity)),
    make("p", {}, message),
    ...(reason && reason !== message ? [make("p", { class: "hint" }, reason)] : []),
    ...(evidence.length > 0
      ? [make("ul", { class: "evidence" }, ...evidence.slice(0, 5).map(showEvidence))]
      : []),
    ...(more > 0 || evidence.length > 5
      ? [make("p", { class: "hint" }, `${evidenceCount} places in all`)]
      : []),
    ...(OPEN.has(outcome)
      ? [make("details", {}, make("summary", {}, "How to mend it"), ...showFix(fix))]
      : []),
  );
}

function showOutcome(outcome, results) {
  const own = results.filter((result) => result.outcome === outcome);
  if (own.length === 0) return [];
  const heading = `${OUTCOMES[outcome]} (${own.length})`;
  const list = make("ul", { class: "results" }, ...own.map(showResult));
  if (OPEN.has(outcome)) return [make("h3", {}, heading), list];
  return [make("details", {}, make("summary", {}, make("h3", {}, heading)), list)];
}

function showCategory({ title, score }) {
  const rating =
    score === null
      ? "not rated"
      : make("meter", { min: 0, max: 100, low: 60, high: 80, optimum: 100, value: score }, "");
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, title),
    make("td", {}, rating),
    make("td", {}, `${score ?? ""}`),
  );
}

function showNextGrade({ nextGrade, results }) {
  if (!nextGrade) return [];
  const titles = new Map(results.map(({ rule, title }) => [rule, title]));
  const steps = nextGrade.steps.map(({ rule, gain }) =>
    make("li", {}, `${titles.get(rule) ?? rule} (+${gain})`),
  );
  return [make("h3", {}, `What would reach grade ${nextGrade.grade}`), make("ol", {}, ...steps)];
}

function showReport(data) {
  const { id, project, score, grade, verdict, blockers, categories, results } = data;
  const titles = new Map(results.map(({ rule, title }) => [rule, title]));
  const name = project.name || "The project";
  report.replaceChildren(
    make("h2", { id: "report-title" }, `${name}: ${VERDICTS[verdict]}`),
    make(
      "p",
      { class: "score" },
      make("strong", { class: `grade grade-${grade}` }, `Grade ${grade}`),
      ` ${score} of 100 points, as ${KINDS[project.kind]} with ${project.pythonFiles} Python files. `,
      make("a", { href: `/v1/scans/${id}` }, "Report as JSON"),
      ", ",
      make("a", { href: `/badge/scans/${id}.svg` }, "badge"),
    ),
    ...(blockers.length > 0
      ? [make("p", {}, `Blocking: ${blockers.map((rule) => titles.get(rule) ?? rule).join("; ")}`)]
      : []),
    ...showNextGrade(data),
    make("h3", {}, "By category"),
    make("table", {}, make("tbody", {}, ...categories.map(showCategory))),
    ...Object.keys(OUTCOMES).flatMap((outcome) => showOutcome(outcome, results)),
  );
  report.hidden = false;
  report.focus();
}

function showProblem(text) {
  problem.textContent = text;
  problem.hidden = false;
}

let busy = false;
async function run(body, type = "application/octet-stream") {
  if (busy) return;
  busy = true;
  problem.hidden = true;
  report.hidden = true;
  progress.hidden = false;
  showStage(type === "application/json" ? "resolve" : "upload", 0);
  try {
    const answer = await scan(await body, type);
    if (answer?.results) showReport(answer);
    else
      showProblem(
        answer?.code ? `${answer.title}. ${answer.detail}` : "The answer broke off. Please try again.",
      );
  } catch {
    showProblem("The server could not be reached, or the connection broke off. Please try again.");
  } finally {
    progress.hidden = true;
    busy = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(input.files[0]);
});
repositoryForm.hidden = false;
repositoryForm.addEventListener("submit", (event) => {
  event.preventDefault();
  run(JSON.stringify({ repository: repository.value }), "application/json");
});
example.hidden = false;
example.addEventListener("click", () => run(fetch("/example.zip").then((answer) => answer.blob())));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  if (event.dataTransfer.files.length === 0) return;
  input.files = event.dataTransfer.files;
  run(input.files[0]);
});
