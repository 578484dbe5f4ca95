import {
  defineRule,
  type Evidence,
  inconclusive,
  judgeShare,
  notApplicable,
  pass,
} from "../../src/engine/rule.ts";
import { type ImageUser, readUser } from "../../src/project/image-users.ts";
import { findImages } from "../../src/project/images.ts";
import type { Place } from "../../src/project/manifests/types.ts";
import type { Project } from "../../src/project/project.ts";

const APP = { "app.py": "print('hello')\n" };
const dockerfile = (more: string, from = "python:3.13-slim"): string =>
  `FROM ${from}\nCOPY . /app\n${more}CMD ["python", "/app/app.py"]\n`;

export default defineRule({
  id: "container-unprivileged",
  category: "delivery",
  severity: "medium",
  kinds: ["service", "pipeline"],
  title: "The container does not run as root",
  why: "Root in the container is root on everything that is mounted into it; an intruder in a process without privileges gets no further.",
  fix: "Give the image a user, after everything is installed:\n\n```dockerfile\nRUN useradd --system --uid 1000 app\nUSER 1000\n```\n\nOn Kubernetes, `securityContext: {runAsNonRoot: true}` keeps it so.",
  checklist: ["002-15"],
  question: "As which user does the container run?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          Dockerfile: 'FROM python:3.13-slim\nCOPY . .\nCMD ["./bootstrap.sh"]\n',
          "bootstrap.sh": "#!/bin/sh\npython manage.py migrate\nexec uwsgi --http :9090 uwsgi.ini\n",
          "uwsgi.ini": "[uwsgi]\nmodule = shop.wsgi\nuid = www-data\n",
          "app.py": "x = 1\n",
        },
        says: "the command changes the user",
        at: "uwsgi.ini:3",
        note: "By the settings of the server that the script starts.",
      },
      {
        files: {
          "dags/orders.py": "from airflow import DAG\n\nwith DAG('orders', schedule='@daily'):\n    pass\n",
          Dockerfile:
            "FROM apache/airflow:2.10.2\nUSER root\nRUN apt-get update && apt-get install -y git\nUSER airflow\n",
        },
        kind: "pipeline",
        says: "USER airflow",
        at: "Dockerfile:4",
        note: "The code is mounted, or fetched by a container.",
      },
      {
        files: { ...APP, Dockerfile: dockerfile("RUN useradd app\nUSER app\n") },
        kind: "service",
        says: "USER app",
        at: "Dockerfile:4",
      },
      {
        files: { ...APP, Dockerfile: dockerfile("", "apache/airflow:3.1.0-python3.12") },
        kind: "pipeline",
        says: "apache/airflow:3.1.0-python3.12 sets a user",
        at: "Dockerfile:1",
        note: "The base image is known to set a user.",
      },
      {
        files: {
          ...APP,
          Dockerfile: dockerfile('ENTRYPOINT ["/entrypoint.sh"]\n'),
          "entrypoint.sh": '#!/bin/sh\nchown app /data\nexec gosu app "$@"\n',
        },
        kind: "service",
        says: "changes the user",
        at: "entrypoint.sh:3",
        note: "It starts as root and drops the privileges.",
      },
      {
        files: {
          ...APP,
          Dockerfile: dockerfile('COPY ./docker/entry.sh $HOME/run.sh\nENTRYPOINT ["/app/run.sh"]\n'),
          "docker/entry.sh": '#!/bin/sh\nexec gosu app "$0"\n',
        },
        kind: "service",
        says: "changes the user",
        at: "docker/entry.sh:2",
        note: "The script has another name in the image.",
      },
      {
        files: {
          ...APP,
          Dockerfile: dockerfile(""),
          "k8s/web.yaml":
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      securityContext:\n        runAsNonRoot: true\n      containers:\n        - name: web\n          image: shop\n",
        },
        kind: "service",
        says: "Kubernetes",
        at: "k8s/web.yaml:2",
      },
    ],
    partial: [
      {
        files: { ...APP, Dockerfile: dockerfile("USER app\n"), "worker/Dockerfile": dockerfile("") },
        kind: "service",
        says: "1 of 2 images",
        at: "worker/Dockerfile:1",
      },
    ],
    fail: [
      {
        files: { ...APP, Dockerfile: dockerfile("") },
        kind: "service",
        says: "runs as root",
        at: "Dockerfile:1",
      },
      {
        files: { ...APP, Dockerfile: dockerfile("USER app\nRUN true\nUSER root\n") },
        kind: "service",
        says: "USER root",
        at: "Dockerfile:5",
        note: "The last USER counts.",
      },
      {
        files: { ...APP, Dockerfile: `FROM node:24 AS assets\nUSER node\n\n${dockerfile("")}` },
        kind: "service",
        says: "runs as root",
        at: "Dockerfile:4",
        note: "The user of another stage does not carry over.",
      },
    ],
    notApplicable: [
      { files: { ...APP, Procfile: "web: gunicorn app:app\n" }, kind: "service", says: "No Dockerfile" },
    ],
    inconclusive: [
      {
        files: { ...APP, Dockerfile: dockerfile("", "registry.acme.example/base/python:7") },
        kind: "service",
        says: "is not known",
        at: "Dockerfile:1",
      },
    ],
  },
  check(project) {
    const images = findImages(project);
    if (images.length === 0) return notApplicable("No Dockerfile makes an image that runs the project.");
    const users = images.map((file) => readUser(project, file));
    const root = users.filter(({ runsAs }) => runsAs === "root");
    const own = users.filter(({ runsAs }) => runsAs === "user");
    const set = root.length > 0 || own.length < users.length ? findSetUser(project) : [];
    const [first] = set;
    if (first)
      return pass(`The image starts as root, but ${first.note} gives it a user.`, set.map(toEvidence));
    if (root.length + own.length === 0)
      return inconclusive(`As whom it runs is not shown: ${users[0]!.note}.`, users.map(toEvidence));
    const total = root.length + own.length;
    if (root.length === 0)
      return judgeShare(
        1,
        1,
        `${total === 1 ? "The image runs" : `All ${total} images run`} without privileges: ${own[0]!.note}.`,
        own.map(toEvidence),
      );
    const said = total === 1 ? "The image runs as root" : `${root.length} of ${total} images run as root`;
    return judgeShare(own.length, total, `${said}: ${root[0]!.note}.`, root.map(toEvidence));
  },
});

const toEvidence = ({ path, line, note }: Pick<ImageUser, "path" | "line" | "note">): Evidence => ({
  path,
  startLine: line,
  note,
});

/** A user that Kubernetes or a compose file sets. */
function findSetUser({ delivery }: Project): (Place & { note: string })[] {
  const objects = delivery.kubernetes.filter(({ data }) =>
    /"(?:runAsNonRoot":true|runAsUser":[1-9])/.test(JSON.stringify(data).slice(0, 200_000)),
  );
  const services = delivery.compose
    .filter(({ development }) => !development)
    .flatMap((file) => file.services)
    .filter(({ data, builds }) => builds && /^["']?(?!0\b|root\b)[\w$]/.test(String(data.user ?? "")));
  return [
    ...objects.map(({ path, line, kind }) => ({ path, line, note: `Kubernetes (${kind})` })),
    ...services.map(({ path, line, name }) => ({ path, line, note: `the compose service ${name}` })),
  ];
}
