/** Kubernetes objects of plain manifests, Kustomize and Helm templates. Templating never breaks the reading. */
import type { Files } from "../files.ts";
import { isIncidental, isUnder } from "./script.ts";
import type { KubernetesObject } from "./types.ts";
import type { YamlNode } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

const MAX_FILES = 500;
const MAX_OBJECTS = 2000;
/** Larger ones are definitions of resources, not objects. */
const MAX_SIZE = 64 * 1024;

/** Catalogues and settings that borrow the form. */
const FOREIGN =
  /^(?:backstage\.io|kind\.x-k8s\.io|ctlptl\.dev|skaffold|v1alpha1\.tilt|grafana|renovate|devfile)/;

export function readKubernetes(files: Files, yamls: YamlReader, root: string): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  let read = 0;
  for (const path of files.paths) {
    if (
      !/\.ya?ml(?:\.(?:j2|tpl|tmpl|gotmpl))?$/.test(path) ||
      !isUnder(path, root) ||
      isIncidental(path, root)
    )
      continue;
    if (/(?:^|\/)\.(?:github|gitlab|circleci)\//.test(path) || files.size(path) > MAX_SIZE) continue;
    const text = files.text(path);
    if (text === undefined || !/^\s{0,8}(?:- )?apiVersion:/m.test(text) || !/^\s{0,8}kind:/m.test(text))
      continue;
    if (++read > MAX_FILES || objects.length > MAX_OBJECTS) break;
    const isTemplate = text.includes("{{") || text.includes("{%");
    const yaml = isTemplate ? yamls.read(path, withoutTemplating) : yamls.read(path);
    const documents = yaml?.broken === undefined ? (yaml?.documents ?? []) : [];
    objects.push(
      ...(documents.length > 0 ? documents.flatMap((each) => toObjects(path, each)) : readAsText(path, text)),
    );
  }
  return objects;
}

function toObjects(path: string, node: YamlNode): KubernetesObject[] {
  const [kind, version] = [node.textAt("kind"), node.textAt("apiVersion")];
  if (kind === undefined || version === undefined || FOREIGN.test(version)) return [];
  if (kind === "List") return node.get("items").items.flatMap((item) => toObjects(path, item));
  const name = node.textAt("metadata", "name");
  const data = node.plain;
  return [
    {
      path,
      line: node.entry("kind")!.line,
      kind,
      ...(name === undefined ? {} : { name }),
      data: data as Record<string, unknown>,
    },
  ];
}

/** Lines that hold nothing but templating become empty, inline templating becomes a word; lines stay where they are. */
export function withoutTemplating(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      if (/^\s*(?:- )?\{\{[^\n]{0,2000}\}\}\s*$/.test(line) && !/^\s*- \{\{/.test(line)) return "";
      if (/^\s*\{%[^\n]{0,2000}%\}\s*$/.test(line)) return "";
      return line.replace(/\{\{[^{}\n]{0,1000}\}\}/g, "x").replace(/\{%[^{}\n]{0,500}%\}/g, "");
    })
    .join("\n");
}

/** What can be seen of a manifest that does not parse. */
function readAsText(path: string, text: string): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const kind = /^kind:\s{0,8}["']?([A-Za-z]{2,60})/.exec(line)?.[1];
    if (kind !== undefined && objects.length < 100) objects.push({ path, line: at + 1, kind, data: {} });
  }
  return objects;
}

/** Containers of an object, those of its pod template and of a cron job's among them. */
export function containersOf(object: KubernetesObject): Readonly<Record<string, unknown>>[] {
  const at = (value: unknown, ...keys: string[]): unknown => {
    let found = value;
    for (const key of keys)
      found =
        typeof found === "object" && found !== null && Object.hasOwn(found, key)
          ? (found as Record<string, unknown>)[key]
          : undefined;
    return found;
  };
  const specs = [["spec"], ["spec", "template", "spec"], ["spec", "jobTemplate", "spec", "template", "spec"]];
  return specs.flatMap((keys) => {
    const containers = at(object.data, ...keys, "containers");
    return Array.isArray(containers)
      ? containers.filter((each) => typeof each === "object" && each !== null && !Array.isArray(each))
      : [];
  });
}
