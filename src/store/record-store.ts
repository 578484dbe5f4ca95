/**
 * Records by key, kept for good in KV. KV is eventually consistent and remembers misses for a minute or so, so a
 * Durable Object keeps new records for some minutes and is asked on a miss. Either of them failing or being slow
 * costs the cache, never the answer.
 */
import type { RecentReports } from "./recent-reports.ts";
import { openRecord, type Sealed, sealRecord } from "./sealed-record.ts";

export interface RecordStore {
  get(key: string): Promise<Sealed | undefined>;
  /** Comes back when all are stored or the wait is over; what is not stored by then goes on behind the answer. */
  put(records: Readonly<Record<string, string>>): Promise<void>;
  /** Tries each operation with a record of its own. @returns those that do not work: `kv-get`, `recent-put`… */
  check(): Promise<string[]>;
}

export interface StoreParts {
  kv: KVNamespace;
  recent: DurableObjectNamespace<RecentReports>;
  /** Milliseconds that one operation may hold up a request. */
  waitMs: number;
  /** Told of what failed or was late: `kv-get-failed`, `recent-put-late`… */
  onFault(fault: string): void;
  /** Keeps the isolate alive for what goes on behind the answer. */
  waitUntil(work: Promise<unknown>): void;
}

export function createRecordStore(parts: StoreParts): RecordStore {
  const { kv, recent, waitUntil } = parts;
  const bounded = <T>(name: string, start: () => Promise<T>) => withinBounds(name, start, parts);

  const open = (name: string, sealed: Uint8Array<ArrayBuffer> | undefined): Sealed | undefined => {
    if (sealed === undefined) return undefined;
    const record = openRecord(sealed);
    if (!record) parts.onFault(`${name}-damaged`);
    return record;
  };

  return {
    async get(key) {
      const bytes = await bounded("kv-get", () => kv.get(key, "arrayBuffer"));
      const kept = open("kv", bytes ? new Uint8Array(bytes) : undefined);
      if (kept) return kept;
      const text = await bounded("recent-get", () => shardOf(recent, key).get(key));
      return open("recent", text === undefined ? undefined : new Uint8Array(encoder.encode(text)));
    },
    async put(records) {
      const writes = Object.entries(records).map(async ([key, body]) => {
        const sealed = sealRecord(body);
        await Promise.all([
          bounded("kv-put", () => kv.put(key, sealed)),
          bounded("recent-put", () => shardOf(recent, key).put(key, sealed)),
        ]);
      });
      const all = Promise.all(writes);
      waitUntil(all);
      await all;
    },
    async check() {
      // KV takes one write of a key a second, so every try has one of its own.
      const key = `health:${crypto.randomUUID()}`;
      const sealed = sealRecord(new Date().toISOString());
      const tries: [string, () => Promise<unknown>][] = [
        ["kv-put", () => kv.put(key, sealed, { expirationTtl: CHECKED_KEPT })],
        ["kv-get", () => kv.get(key)],
        ["recent-put", () => shardOf(recent, key).put(key, sealed)],
        ["recent-get", () => shardOf(recent, key).get(key)],
      ];
      const works = ([name, start]: (typeof tries)[number]) =>
        bounded(name, async () => {
          await start();
          return true;
        });
      const worked = await Promise.all(tries.map(works));
      return tries.filter((_, at) => worked[at] !== true).map(([name]) => name);
    },
  };
}

const encoder = new TextEncoder();

/** Seconds for which a tried record is kept. */
const CHECKED_KEPT = 3_600;

/** The result, or `undefined` when the operation fails or takes too long; it is left to end by itself then. */
async function withinBounds<T>(
  name: string,
  start: () => Promise<T>,
  parts: StoreParts,
): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      parts.onFault(`${name}-late`);
      resolve(undefined);
    }, parts.waitMs);
  });
  const done = (async () => start())().catch(() => {
    parts.onFault(`${name}-failed`);
    return undefined;
  });
  parts.waitUntil(done);
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keys end in a hash, so its first digit spreads them evenly over sixteen objects. */
function shardOf(recent: DurableObjectNamespace<RecentReports>, key: string) {
  const shard = key.slice(key.lastIndexOf(":") + 1).charAt(0);
  return recent.getByName(shard);
}
