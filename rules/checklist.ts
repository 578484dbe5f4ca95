/** What five documents on production readiness demand: the checklist that every rule answers a part of. */
import data from "./checklist.json" with { type: "json" };

export interface ChecklistItem {
  /** Number of the document and of the demand in it: `000-14`. */
  id: string;
  /** Title of the document. */
  document: string;
  section: string;
  /** The demand, as a sentence. */
  item: string;
}

const documents: Readonly<Record<string, string>> = data.documents;

export const checklist: readonly ChecklistItem[] = data.items.map(({ id, section, item }) => ({
  id,
  document: documents[id.slice(0, 3)] ?? id,
  section,
  item,
}));
