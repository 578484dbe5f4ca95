/**
 * Reports and what leads to them. Every key is made from a digest of what was scanned, how, and by which rule set,
 * so nothing is ever out of date: a new rule set has new keys.
 */
import { RULESET } from "../engine/ruleset.ts";
import type { Artifact, Kind } from "../project/project.ts";
import type { Input, Judgement, Report } from "../report/schema.ts";
import { type Summary, summarise } from "../report/summary.ts";
import { sha256 } from "./digest.ts";
import type { RecordStore } from "./record-store.ts";

/** What may change a judgement beside the files. */
export interface JudgementOptions {
  kind?: Kind | undefined;
  subdirectory?: string | undefined;
  artifact?: Artifact | undefined;
}

/** A report as it is served: the very bytes that were stored. */
export interface StoredReport {
  id: string;
  /** JSON. */
  readonly body: string;
  /** The same in UTF-8, where it comes from the store. */
  bytes?: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the body, hex. */
  digest: string;
}

const hashOf = (...parts: (string | undefined)[]): string =>
  sha256(JSON.stringify(parts.map((part) => part ?? null)));
const optionsOf = ({ kind, subdirectory, artifact }: JudgementOptions) => [kind, subdirectory, artifact];

/**
 * Names a judgement by its content: zip and tar of one tree have the same.
 *
 * @param contentDigest over sorted paths, sizes and the digests of all files read
 */
export const judgementKey = (contentDigest: string, options: JudgementOptions, ruleset = RULESET): string =>
  hashOf(contentDigest, ...optionsOf(options), ruleset);

/** Names a report: a judgement with the input that it was asked for. */
const reportId = (judgement: string, input: Input): string =>
  hashOf(judgement, JSON.stringify(input)).slice(0, 32);

/** Leads from an upload's own bytes to its report, so that a repeat is answered without unpacking. */
export const uploadKey = (digest: string, options: JudgementOptions): string =>
  `upload:${hashOf(digest, ...optionsOf(options), RULESET)}`;

export async function findReport(store: RecordStore, id: string): Promise<StoredReport | undefined> {
  const record = await store.get(`report:${id}`);
  if (!record) return undefined;
  const { bytes, digest } = record;
  return {
    ...{ id, bytes, digest },
    get body() {
      return record.body;
    },
  };
}

/** The report of an earlier upload of the same bytes with the same options. */
export async function findUpload(
  store: RecordStore,
  digest: string,
  options: JudgementOptions,
): Promise<StoredReport | undefined> {
  const key = uploadKey(digest, options);
  const id = uploads.get(key) ?? (await store.get(key))?.body;
  if (id === undefined) return undefined;
  noteUpload(key, id);
  return findReport(store, id);
}

/** Where uploads led to that came last: it never changes, and saves a repeat one of its two ways to the store. */
const uploads = new Map<string, string>();
const UPLOADS_KEPT = 1_000;

function noteUpload(key: string, id: string): void {
  if (uploads.size >= UPLOADS_KEPT) uploads.clear();
  uploads.set(key, id);
}

export async function findSummary(store: RecordStore, id: string): Promise<Summary | undefined> {
  const record = await store.get(`badge:${id}`);
  return record && (JSON.parse(record.body) as Summary);
}

/** What was judged of the same files with the same options, by whichever archive they came. */
export async function findJudgement(store: RecordStore, key: string): Promise<Judgement | undefined> {
  const alias = await store.get(`judgement:${key}`);
  const stored = alias && (await findReport(store, alias.body));
  if (!stored) return undefined;
  const {
    id: _id,
    scannedAt: _at,
    durationMs: _ms,
    input: _input,
    ...judgement
  } = JSON.parse(stored.body) as Report;
  return judgement;
}

export interface NewReport {
  /** By `judgementKey`. */
  key: string;
  judgement: Judgement;
  input: Input;
  scannedAt: Date;
  durationMs: number;
  /** Another key that leads to it: `uploadKey`. */
  alias?: string;
}

export interface KeptReport extends StoredReport {
  summary: Summary;
}

/** Makes a report of a judgement, and stores it under its id and what else leads to it. */
export async function keepReport(store: RecordStore, made: NewReport): Promise<KeptReport> {
  const { key, alias } = made;
  const id = reportId(key, made.input);
  const report = describeReport(id, made);
  const body = JSON.stringify(report);
  const summary = summarise(report);
  await store.put({
    [`report:${id}`]: body,
    [`badge:${id}`]: JSON.stringify(summary),
    [`judgement:${key}`]: id,
    ...(alias === undefined ? {} : { [alias]: id }),
  });
  if (alias !== undefined) noteUpload(alias, id);
  return { id, body, digest: sha256(body), summary };
}

/** The report of a commit for another ref that stands at it: it names that ref, and the rest is the same. */
export async function keepUnderRef(
  store: RecordStore,
  stored: StoredReport,
  ref: string,
): Promise<StoredReport> {
  const id = hashOf(stored.id, ref).slice(0, 32);
  const known = await findReport(store, id);
  if (known) return known;
  const { input, ...rest } = JSON.parse(stored.body) as Report;
  const repository = input.repository && { ...input.repository, ref };
  const report: Report = { ...rest, id, input: { ...input, ...(repository && { repository }) } };
  const body = JSON.stringify(report);
  await store.put({ [`report:${id}`]: body, [`badge:${id}`]: JSON.stringify(summarise(report)) });
  return { id, body, digest: sha256(body) };
}

const PRIVATE = "-private";

/** Whether it is of private code, which no cache that is shared may keep. */
export const isPrivate = (id: string): boolean => id.endsWith(PRIVATE);

/** Stores a report of private code: under an id that cannot be guessed, with nothing else that leads to it. */
export async function keepPrivately(store: RecordStore, made: Omit<NewReport, "key">): Promise<StoredReport> {
  const id = `${crypto.randomUUID().replaceAll("-", "")}${PRIVATE}`;
  const body = JSON.stringify(describeReport(id, made));
  await store.put({ [`report:${id}`]: body });
  return { id, body, digest: sha256(body) };
}

function describeReport(
  id: string,
  { judgement, input, scannedAt, durationMs }: Omit<NewReport, "key">,
): Report {
  const { schemaVersion, tool, ...rest } = judgement;
  return { schemaVersion, id, scannedAt: scannedAt.toISOString(), durationMs, tool, input, ...rest };
}
