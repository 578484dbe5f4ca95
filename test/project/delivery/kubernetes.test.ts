import { describe, expect, it } from "vitest";
import { containersOf, withoutTemplating } from "../../../src/project/delivery/kubernetes.ts";
import { deliveryOf } from "./delivery-of.ts";

const objectsOf = (texts: Record<string, string>) => deliveryOf(texts).kubernetes;

describe("Kubernetes objects", () => {
  it("reads every document of a manifest, and lists", () => {
    const text =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec: {replicas: 2}\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: s}\n";
    expect(objectsOf({ "k8s/app.yaml": text }).map(({ kind, name, line }) => [kind, name, line])).toEqual([
      ["Deployment", "web", 2],
      ["Service", "s", 11],
    ]);
  });

  it("reads Helm templates through their templating", () => {
    const text = `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  template:
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image }}:{{ .Values.tag | default .Chart.AppVersion }}"
          {{- with .Values.livenessProbe }}
          livenessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
{{- end }}
`;
    const [object] = objectsOf({
      "chart/templates/deployment.yaml": text,
      "chart/Chart.yaml": "apiVersion: v2\nname: x\n",
    });
    expect(object).toMatchObject({ kind: "Deployment", line: 3, name: "x" });
    expect(containersOf(object!)).toEqual([{ name: "x", image: "x:x", livenessProbe: null }]);
  });

  it("sees the kind where nothing parses", () => {
    expect(
      objectsOf({ "chart/templates/a.yaml": '{{- define "x" }}\napiVersion: v1\nkind: Service\n  bad: [\n' }),
    ).toMatchObject([{ kind: "Service", line: 3, data: {} }]);
  });

  it("leaves foreign files, examples and workflows out", () => {
    const text = "apiVersion: v1\nkind: Service\n";
    expect(
      objectsOf({
        "examples/a.yaml": text,
        ".github/a.yml": text,
        "catalog-info.yaml": "apiVersion: backstage.io/v1\nkind: Component\n",
        "a.yml": "kind: pipeline\n",
        "b.yaml": "apiVersion: [1]\nkind: {a: 1}\n",
      }),
    ).toEqual([]);
  });

  it("keeps lines while taking templating out, fast", () => {
    expect(withoutTemplating("a\n{{ b }}\nc: {{ d }}\n{% if x %}\n- {{ y }}")).toBe("a\n\nc: x\n\n- x");
    for (const text of ["{{".repeat(50_000), "{{ ".repeat(40_000), `${"{".repeat(100_000)}}}`])
      expect(withoutTemplating(text)).toBeDefined();
  });

  it("finds containers wherever a kind has them, whatever the types", () => {
    const cron =
      "apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a}, 1]}}}}}\n";
    expect(objectsOf({ "a.yaml": cron }).flatMap(containersOf)).toEqual([{ name: "a" }]);
    expect(objectsOf({ "a.yaml": "apiVersion: v1\nkind: Pod\nspec: [1]\n" }).flatMap(containersOf)).toEqual(
      [],
    );
  });
});
