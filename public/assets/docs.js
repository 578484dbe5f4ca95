/* global SwaggerUIBundle */
// Starts Swagger UI, and chooses the example project as the archive of a scan, so that it can be executed at once.

document.getElementById("origin").textContent = location.origin;

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

new MutationObserver(() => {
  for (const input of root.querySelectorAll("#operations-Scans-createScan input[type=file]")) {
    if (!seen.has(input)) chooseExample(input);
  }
}).observe(root, { childList: true, subtree: true });

SwaggerUIBundle({
  url: "/openapi.json",
  domNode: root,
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
