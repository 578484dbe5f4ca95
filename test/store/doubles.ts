/** Stand-ins for KV: one that works and remembers misses, one that fails, one that never answers. */

/** KV as a distant reader has it: a key that was missed stays missing for a minute, whatever is written. */
export function staleKv(kv: KVNamespace): KVNamespace {
  const missed = new Set<string>();
  return withMethods(kv, {
    async get(key: string) {
      const value = missed.has(key) ? null : await kv.get(key);
      if (value === null) missed.add(key);
      return value;
    },
  });
}

export const failingKv = (kv: KVNamespace): KVNamespace =>
  withMethods(kv, {
    get: () => Promise.reject(new Error("KV GET failed: 503")),
    put: () => Promise.reject(new Error("KV PUT failed: 429")),
  });

/** Throws at once, as a binding does that is not there. */
export const throwingKv = (kv: KVNamespace): KVNamespace =>
  withMethods(kv, {
    get: () => {
      throw new TypeError("no such binding");
    },
    put: () => {
      throw new TypeError("no such binding");
    },
  });

export const silentKv = (kv: KVNamespace): KVNamespace =>
  withMethods(kv, { get: () => scheduler.wait(400), put: () => scheduler.wait(400) });

/** Gives back other bytes than were stored. */
export const damagingKv = (kv: KVNamespace): KVNamespace =>
  withMethods(kv, { get: async (key: string) => (await kv.get(key))?.slice(0, -1) ?? null });

function withMethods(
  kv: KVNamespace,
  methods: Partial<Record<"get" | "put", (key: string) => unknown>>,
): KVNamespace {
  const own = { get: kv.get.bind(kv), put: kv.put.bind(kv), ...methods };
  return new Proxy(kv, { get: (_, name) => (name === "get" || name === "put" ? own[name] : undefined) });
}
