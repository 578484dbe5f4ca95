/* global SwaggerUIBundle */
// Starts Swagger UI, and chooses the example project as the archive of a scan, so that it can be executed at once.

document.getElementById("origin").textContent = location.origin;

// Swagger UI's dark scheme wants a class on the root.
const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

const root = document.getElementById("swagger");
const example = fetch("/example.zip").then((answer) => answer.blob());
const seen = new WeakSet();

async function chooseExample(input) {
  seen.add(input);
  const files = new DataTransfer();
  files.items.add(new File([await example], "example.zip", { type: "application/zip" }));
  if (!input.isConnected || input.files.length > 0) return;
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Swagger UI leaves these without a name, and long code without a way to scroll it by keyboard. */
function mendMarkup() {
  for (const control of root.querySelectorAll("select:not([aria-label]), input[type=file]:not([aria-label])"))
    control.setAttribute("aria-label", control.type === "file" ? "File" : "Choice");
  for (const code of root.querySelectorAll("pre.microlight:not([tabindex])")) code.tabIndex = 0;
}

new MutationObserver(() => {
  mendMarkup();
  for (const input of root.querySelectorAll("#operations-Scans-createScan input[type=file]")) {
    if (!seen.has(input)) chooseExample(input);
  }
}).observe(root, { childList: true, subtree: true });

/** Examples of what may be left out say how it would look; filled in, they would ask for what the example has not. */
function leaveOptionalOpen(text) {
  const api = JSON.parse(text);
  for (const operation of Object.values(api.paths).flatMap(Object.values)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.required) continue;
      for (const part of [parameter, parameter.schema, ...(parameter.schema.allOf ?? [])])
        delete part.example;
    }
  }
  return JSON.stringify(api);
}

SwaggerUIBundle({
  url: "/openapi.json",
  responseInterceptor: (answer) => {
    if (new URL(answer.url, location.href).pathname === "/openapi.json")
      answer.text = leaveOptionalOpen(answer.text);
    return answer;
  },
  domNode: root,
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  syntaxHighlight: { theme: "tomorrow-night" },
});
