import manifest from "../package.json" with { type: "json" };

/** Version of pyready. */
export const VERSION = manifest.version;
