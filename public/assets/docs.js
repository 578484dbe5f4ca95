/* global SwaggerUIBundle */
// Starts Swagger UI. A scan that is executed without a file sends the example project, so that it can be tried at once.

document.getElementById("origin").textContent = location.origin;

async function attachExample(request) {
  const isScan = request.method === "POST" && new URL(request.url, location.href).pathname === "/v1/scans";
  if (!isScan || !(request.body instanceof FormData) || request.body.get("archive") instanceof File)
    return request;
  const example = await (await fetch("/example.zip")).blob();
  const body = new FormData();
  body.set("archive", new File([example], "example.zip", { type: "application/zip" }));
  return { ...request, body };
}

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: attachExample,
});
