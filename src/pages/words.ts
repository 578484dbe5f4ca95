/** What pages call things, in plain words. */
import { CATEGORIES } from "../engine/rule.ts";
import type { Kind } from "../project/project.ts";
import type { Report, Result } from "../report/schema.ts";

export const VERDICTS: Record<Report["verdict"], string> = {
  ready: "Ready for production",
  nearly: "Nearly ready",
  "not-ready": "Not ready yet",
};

export const KIND_NAMES: Record<Kind, string> = {
  service: "Service",
  pipeline: "Pipeline",
  cli: "Command line tool",
  library: "Library",
  research: "Research code",
};

/** Outcomes in the order in which they are told. */
export const OUTCOMES: Record<Result["outcome"], string> = {
  fail: "Not in place",
  partial: "Partly in place",
  inconclusive: "Ask a person",
  error: "Could not be checked",
  pass: "In place",
  suppressed: "Suppressed",
  "not-applicable": "Not applicable",
};

export const ANSWERS: Record<Report["checklist"][number]["answer"], string> = {
  no: "No",
  partly: "Partly",
  "ask-a-person": "Ask",
  yes: "Yes",
  "not-applicable": "n/a",
};

/** Of a category; its id, where a stored report knows one that is no more. */
export const titleOf = (category: string): string =>
  (CATEGORIES as Readonly<Record<string, string>>)[category] ?? category;

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** @param iso date and time */
export const longDate = (iso: string): string => DATE.format(new Date(iso));

/** To one decimal, without one that is 0. */
export const decimal = (value: number): string => `${Math.round(value * 10) / 10}`;
