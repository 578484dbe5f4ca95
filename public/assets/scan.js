// Scans what is chosen, dropped or named, tells how it goes, and leads to the report. Follows a scan that runs already.

/** What each stage is called, and which part of the bar it fills. */
const STAGES = {
  pack: ["Packing the folder", 0, 0.05],
  upload: ["Sending the archive", 0.05, 0.1],
  resolve: ["Asking the forge", 0, 0.05],
  queued: ["Waiting", 0.05, 0.05],
  download: ["Downloading", 0.05, 0.2],
  unpack: ["Unpacking", 0.1, 0.2],
  lint: ["Reading the code", 0.2, 0.9],
  judge: ["Judging", 0.9, 1],
  store: ["Writing the report", 1, 1],
};

const progress = document.getElementById("progress");
const problem = document.getElementById("problem");

/** Only a new stage is told as text, so that a screen reader does not hear every percent. */
function showStage(name, share) {
  const [title, from, to] = STAGES[name] ?? [name, 0, 1];
  const stage = progress.querySelector("[role=status]");
  progress.hidden = false;
  progress.querySelector("progress").value = from + share * (to - from);
  if (stage.textContent !== `${title}…`) stage.textContent = `${title}…`;
}

function showProblem(text) {
  progress.hidden = true;
  problem.textContent = text;
  problem.hidden = false;
}

const explain = ({ title, detail }) =>
  title === undefined ? "The answer broke off." : `${title}. ${detail}`;
const UNREACHED = "The server could not be reached, or the connection broke off. Please try again.";

/** Lines of a stream of JSON objects. */
async function* readLines(body) {
  let rest = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    yield* lines.map((line) => JSON.parse(line));
  }
  if (rest !== "") yield JSON.parse(rest);
}

/** Kept for this tab, and only in it; a browser that keeps nothing asks again on every page. */
const TOKEN = "pyready-token";
let token = "";
try {
  token = sessionStorage.getItem(TOKEN) ?? "";
} catch {}

function keepToken(given) {
  token = given;
  try {
    sessionStorage.setItem(TOKEN, given);
  } catch {}
}

/** Some servers scan for those alone who have a token of theirs. What was to be scanned waits for it. */
function askForToken(again) {
  const form = document.getElementById("token-form");
  showProblem(
    token === ""
      ? "This server scans only for those who have a token of it. Enter yours below."
      : "This token is not one of this server's. Enter another one below.",
  );
  keepToken("");
  form.hidden = false;
  form.onsubmit = (event) => {
    event.preventDefault();
    keepToken(form.elements.token.value.trim());
    form.hidden = true;
    again();
  };
  form.elements.token.focus();
  form.elements.token.select();
}

/** @param type media type of the body: JSON names a repository, anything else is an archive */
async function postScan(body, type) {
  const answer = await fetch("/v1/scans", {
    method: "POST",
    headers: {
      "Content-Type": type,
      Accept: "application/x-ndjson, application/json;q=0.5",
      ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
    },
    body,
  });
  if (!answer.ok) return answer.json();
  let last = {};
  for await (const event of readLines(answer.body)) {
    if (event.stage) showStage(event.stage, event.share);
    else last = event;
  }
  return last;
}

/** Where a report is read: a repository's own page shows its newest commit. */
function pathOf({ id, input }, refOfItsOwn) {
  const { repository, subdirectory } = input;
  if (!repository || refOfItsOwn) return `/report/scans/${id}`;
  const query = subdirectory ? `?${new URLSearchParams({ subdirectory })}` : "";
  return `/report/${repository.host}/${repository.path}${query}`;
}

let busy = false;

/** @param makeBody gives what is posted; it may take its time */
async function scan(makeBody, type = "application/octet-stream") {
  if (busy) return;
  busy = true;
  problem.hidden = true;
  try {
    const body = await makeBody();
    showStage(type === "application/json" ? "resolve" : "upload", 0);
    const answer = await postScan(body, type);
    if (answer.status === 401) askForToken(() => scan(async () => body, type));
    else if (answer.results) location.assign(pathOf(answer, type === "application/json" && isDeep(body)));
    else showProblem(explain(answer));
  } catch (error) {
    showProblem(error instanceof RangeError ? error.message : UNREACHED);
  } finally {
    busy = false;
  }
}

/** The URL names a branch, a tag or a commit, which need not be the default branch's. */
const isDeep = (body) => /\/(?:tree|blob|src|commit|releases)\//.test(body);

/** What packs folders is loaded only when there is one. */
async function pack(how, what) {
  showStage("pack", 0);
  const { packer, limit } = document.getElementById("scan").dataset;
  const packing = await import(packer);
  return packing[how](what, Number(limit), (share) => showStage("pack", share));
}

/** One file is an archive; a folder, or several things, are packed. */
function drop({ dataTransfer }) {
  const entries = [...dataTransfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const [file] = dataTransfer.files;
  if (entries.length > 1 || entries[0]?.isDirectory) scan(() => pack("packEntries", entries));
  else if (file) scan(async () => file);
}

function listenToForms() {
  const form = document.getElementById("scan");
  const folder = document.getElementById("folder");
  document.getElementById("archive").addEventListener("change", ({ target }) => {
    if (target.files[0]) scan(async () => target.files[0]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = document.getElementById("archive").files;
    if (file) scan(async () => file);
  });
  folder.addEventListener("change", () => {
    const files = [...folder.files].map((file) => ({ path: file.webkitRelativePath, file }));
    if (files.length > 0) scan(() => pack("packFiles", files));
  });
  for (const one of document.querySelectorAll(".with-script")) one.hidden = false;
  document.getElementById("repository-scan").addEventListener("submit", (event) => {
    event.preventDefault();
    const repository = document.getElementById("repository").value;
    scan(async () => JSON.stringify({ repository }), "application/json");
  });
}

function listenToDrops() {
  const mark = (event) => {
    event.preventDefault();
    document.body.classList.toggle("dropping", event.type === "dragover");
  };
  for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, mark);
  document.addEventListener("drop", drop);
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Two answers that cannot be read are borne; a third ends it. */
async function follow({ job, path }) {
  let troubles = 0;
  for (;;) {
    try {
      const answer = await fetch(`/v1/jobs/${job}`);
      const told = await answer.json();
      if (!answer.ok) return showProblem(explain(told));
      if (told.state === "failed") return showProblem(explain(told.problem));
      if (told.state === "done") return location.replace(path);
      showStage(told.stage, told.share);
      troubles = 0;
    } catch {
      troubles++;
      if (troubles > 2) return showProblem(UNREACHED);
    }
    await wait(700);
  }
}

const running = document.getElementById("scanning");
if (running) follow(running.dataset);
else {
  listenToForms();
  listenToDrops();
}
