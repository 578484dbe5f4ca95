/** The Worker: environment in, app out. */
import { createApp } from "./http/app.ts";

export { RecentReports } from "./store/recent-reports.ts";

export default createApp();
