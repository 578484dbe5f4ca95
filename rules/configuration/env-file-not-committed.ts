import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { type EnvFile, findEnvFiles } from "../../src/project/env-files.ts";
import { isSecretName } from "../../src/project/environment-reads.ts";
import type { Project } from "../../src/project/project.ts";
import { findSecrets, type Secret } from "../../src/project/secrets.ts";

/** Names that front-end tools put into the public bundle. */
const PUBLIC = /^(?:VITE|NEXT_PUBLIC|REACT_APP|NUXT_PUBLIC|PUBLIC|VUE_APP|GATSBY|EXPO_PUBLIC)_/;

const NAMED: Record<EnvFile["purpose"], string> = {
  sample: "a sample",
  test: "for tests",
  development: "for development",
  composed: "for development in containers, without a secret",
  ignored: "kept out of version control by .gitignore",
  use: "holds no secret",
};

type Weight = "held" | "doubtful" | "named";

function weigh(file: EnvFile, secrets: readonly Secret[]): Weight {
  if (file.values.length === 0 || file.purpose === "ignored" || file.purpose === "sample") return "named";
  const real = secrets.some(({ value, issued, weak }) => value === "strong" && issued && !weak);
  const secret =
    secrets.length > 0 || file.values.some(({ name }) => isSecretName(name) && !PUBLIC.test(name));
  if (file.purpose === "composed" && !real) return secret ? "doubtful" : "named";
  if (file.purpose !== "use") return real ? "held" : "named";
  if (secret) return "held";
  return file.dotenv && !file.values.some(({ name }) => PUBLIC.test(name)) ? "doubtful" : "named";
}

function describe(project: Project, file: EnvFile, weight: Weight): Evidence {
  const { path, values } = file;
  const secrets = findSecrets(project).filter((secret) => secret.path === path);
  const count = `${values.length} ${values.length === 1 ? "value" : "values"}`;
  const found = secrets.map(({ name, kind }) => name ?? kind);
  const byName = values.filter(({ name }) => isSecretName(name)).map(({ name }) => name);
  const named = [...new Set(found.length > 0 ? found : byName)].slice(0, 3).join(", ");
  const note =
    weight === "held"
      ? `${count}, among them ${named}`
      : weight === "doubtful"
        ? file.purpose === "composed"
          ? `${count}, among them ${named}, for development in containers`
          : `${count}, none of them secret by its name`
        : values.length === 0
          ? "sets no value"
          : NAMED[file.purpose];
  return {
    path,
    startLine: (weight === "held" ? secrets[0]?.line : undefined) ?? values[0]?.line ?? 1,
    note,
  };
}

export default defineRule({
  id: "env-file-not-committed",
  category: "configuration",
  severity: "critical",
  kinds: "all",
  alwaysApplies: true,
  title: "No environment file with values is committed",
  why: "A committed `.env` puts its secrets into every clone and every image built from it, and the next real value lands in it by habit.",
  fix: "Take it out of version control, keep a sample with dummy values, and change whatever secret it held:\n\n```sh\ngit rm --cached .env\ncp .env .env.example   # then blank the values\nprintf '.env\\n' >> .gitignore\n```",
  checklist: ["000-07", "003-05"],
  examples: {
    pass: [
      {
        files: { "app.py": "import os\n", ".env.example": "SECRET_KEY=change-me\nDB_PASSWORD=\n" },
        says: "No environment file with values is committed. Named only: .env.example.",
        at: ".env.example:1",
      },
      {
        files: {
          "app.py": "print(1)\n",
          ".env": "SECRET_KEY=ENC[AES256_GCM,data:p673w==,iv:YY=,tag:A=,type:str]\nsops_version=3.8.1\n",
        },
        says: "Named only: .env.",
        at: ".env:1",
        note: "SOPS has encrypted every value.",
      },
      { files: { "app.py": "print(1)\n" }, says: "The archive holds no environment file." },
      {
        files: { "app.py": "print(1)\n", "ex.shop.env": "SHOP_API_TOKEN='ABC123...TOKEN'\n" },
        says: "Named only: ex.shop.env.",
        at: "ex.shop.env:1",
      },
      {
        files: { "app.py": "print(1)\n", ".flaskenv": "FLASK_APP=app.py\nFLASK_DEBUG=1\n" },
        says: "Named only: .flaskenv.",
        at: ".flaskenv:1",
        note: "A .flaskenv without secrets is public by design.",
      },
      {
        files: { "app.py": "print(1)\n", ".env": "SECRET_KEY=kT9-vQ2xLm7wRz\n", ".gitignore": ".env\n" },
        artifact: "worktree",
        says: "Named only: .env.",
        at: ".env:1",
        note: "A working folder holds files that version control does not.",
      },
      {
        files: {
          "app.py": "print(1)\n",
          "frontend/.env": "VITE_API_URL=http://localhost:8000\n",
          "docker/config/local_dev.env": "SECRET_KEY=secretkey\n",
          "env.py": "x = 1\n",
        },
        says: "Named only: docker/config/local_dev.env, frontend/.env.",
        note: "Public settings of a front end, and throw-away values for development.",
      },
    ],
    fail: [
      {
        files: { "app.py": "import os\n", ".env": "DEBUG=false\nSECRET_KEY=kT9-vQ2xLm7wRz\n" },
        says: "1 environment file with secrets is committed: .env.",
        at: ".env:2",
      },
      {
        files: {
          "app.py": "print(1)\n",
          "deploy/.env.production": "DATABASE_URL=postgres://shop:kT9vQ2@db/shop\n",
        },
        says: "deploy/.env.production",
        at: "deploy/.env.production:1",
      },
      {
        files: { "app.py": "print(1)\n", ".env": "POSTGRES_PASSWORD=changethis\n", ".gitignore": ".env\n" },
        says: "1 environment file with secrets",
        at: ".env:1",
        note: "A repository's archive holds only what is committed, whatever .gitignore says now.",
      },
    ],
    partial: [
      {
        files: { "app.py": "print(1)\n", ".env": "LOG_LEVEL=info\nPORT=8000\n" },
        says: ".env is committed, though nothing in it is secret by its name.",
        at: ".env:1",
      },
      {
        files: {
          "app.py": "print(1)\n",
          ".env.docker": "SECRET_KEY=only-for-docker-change-me\nADMIN_PASSWORD=admin\n",
          "compose.yaml":
            "services:\n  web:\n    build: .\n    env_file: [.env.docker]\n    volumes: ['./src:/app']\n    command: python manage.py runserver\n",
        },
        says: "that only a compose file for development uses",
        at: ".env.docker:1",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const files = findEnvFiles(project);
    if (files.length === 0) return pass("The archive holds no environment file.");
    const all = findSecrets(project);
    const weighed = files.map((file) => ({
      file,
      weight: weigh(
        file,
        all.filter(({ path }) => path === file.path),
      ),
    }));
    const of = (weight: Weight) => weighed.filter((one) => one.weight === weight).map(({ file }) => file);
    const [held, doubtful, named] = [of("held"), of("doubtful"), of("named")];
    const list = (some: readonly EnvFile[]) =>
      some
        .map(({ path }) => path)
        .slice(0, 5)
        .join(", ");
    const evidence = (some: readonly EnvFile[], weight: Weight) =>
      some.map((file) => describe(project, file, weight));
    const places = [
      ...evidence(held, "held"),
      ...evidence(doubtful, "doubtful"),
      ...evidence(named, "named"),
    ];
    if (held.length > 0) {
      const count =
        held.length === 1
          ? "1 environment file with secrets is"
          : `${held.length} environment files with secrets are`;
      return fail(`${count} committed: ${list(held)}.`, places);
    }
    if (doubtful.length > 0) {
      const are = doubtful.length === 1 ? "is" : "are";
      const why = doubtful.every(({ purpose }) => purpose === "composed")
        ? "with secrets that only a compose file for development uses"
        : "though nothing in it is secret by its name";
      return partial(`${list(doubtful)} ${are} committed, ${why}.`, places);
    }
    return pass(`No environment file with values is committed. Named only: ${list(named)}.`, places);
  },
});
