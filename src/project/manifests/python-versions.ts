// Placeholder by the lead so that others can run code rules: OVERWRITE this file with the real one.
import type { Files } from "../files.ts";
import type { Manifests, PythonVersion } from "./types.ts";
export const readPythonVersions = (
  _files: Files,
  _manifests: Manifests,
  extra: readonly PythonVersion[],
): PythonVersion[] => [...extra];
export const allowsMinor = (_specifier: string, _minor: string): boolean => true;
