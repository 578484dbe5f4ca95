/** GET / */
import type { App } from "../http/context.ts";
import { PAGE_POLICY } from "../http/headers.ts";
import { homePage } from "../pages/home.tsx";

export function addHome(app: App): void {
  app.get("/", (c) => {
    c.header("Content-Security-Policy", PAGE_POLICY);
    return c.html(homePage(c.get("config").uploadBytes));
  });
}
