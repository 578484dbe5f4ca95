import { readDelivery } from "../../../src/project/delivery/delivery.ts";
import type { CiFile, CiJob, Delivery } from "../../../src/project/delivery/types.ts";
import { filesOf } from "../../../src/project/read-files.ts";

/** The delivery facts of files in memory. */
export const deliveryOf = (texts: Record<string, string>, root = ""): Delivery =>
  readDelivery(filesOf(texts), root);

/** The only CI file among files in memory. */
export function ciOf(texts: Record<string, string>): CiFile {
  const [file] = deliveryOf(texts).ci;
  if (!file) throw new Error("no CI file was found");
  return file;
}

/** Commands of a job as `line: text`. */
export const linesOf = (job: CiJob | undefined): string[] =>
  (job?.commands ?? []).map(({ line, text }) => `${line}: ${text}`);
