/** The Worker: environment in, app out. */
import { createApp } from "./http/app.ts";

export { ScanRunner } from "./http/scan-runner.ts";
export { RecentReports } from "./store/recent-reports.ts";
export { RepositoryCoordinator } from "./store/repository-coordinator.ts";

export default createApp();
