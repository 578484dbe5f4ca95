/** Addresses of static files, which change with their content so that they can be kept for a year. */
import versions from "./asset-versions.json" with { type: "json" };

const known: Readonly<Record<string, string>> = versions;

/** @param name of a file in public/assets */
export function assetUrl(name: string): string {
  const version = known[name];
  return version === undefined ? `/assets/${name}` : `/assets/${name}?v=${version}`;
}
