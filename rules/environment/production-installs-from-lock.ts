import {
  defineRule,
  type Evidence,
  type Finding,
  fail,
  inconclusive,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import { findInstallations, type Installing } from "../../src/project/production-installs.ts";

const IMAGE = (...lines: string[]): string =>
  ["FROM python:3.13-slim", "COPY . .", ...lines, 'CMD ["python", "app.py"]', ""].join("\n");

export default defineRule({
  id: "production-installs-from-lock",
  category: "environment",
  severity: "medium",
  kinds: ["service", "pipeline"],
  title: "Production installs from the lock",
  why: "A lock that the image does not install from protects nobody: production still gets whatever is newest on the day of the build.",
  fix: "Install exactly what is locked, and let the build fail where lock and declaration differ:\n\n```dockerfile\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev\n```\n\nor `poetry install --only main`, `pipenv install --deploy`, `pip install --require-hashes -r requirements.txt`.",
  checklist: ["001-24", "000-05", "004-02"],
  unseenIn: ["sdist", "wheel"],
  question: "How do the dependencies get into production: from the lock file, or by name?",
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          Dockerfile: IMAGE("RUN uv sync --locked --no-dev"),
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "uv.lock": 'version = 1\n\n[[package]]\nname = "httpx"\nversion = "0.28.1"\n',
          "app.py": "import httpx\n",
        },
        says: "installs from the lock: uv sync",
        at: "Dockerfile:3",
      },
      {
        kind: "service",
        files: {
          Dockerfile: IMAGE("RUN pip install --upgrade pip && pip install -r requirements.txt"),
          "requirements.txt": "flask==3.1.0\nredis==5.2.1\n",
          "app.py": "import flask\n",
        },
        says: "requirements.txt, whose versions are pinned",
        at: "Dockerfile:3",
        note: "Installing the installer by name is no dependency of the project.",
      },
      {
        kind: "service",
        files: {
          Dockerfile: IMAGE(
            `RUN pip install https://github.com/acme/spell/archive/${"11c4602b".repeat(5)}.zip`,
            "RUN pip install -r requirements.txt",
          ),
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "exact versions",
        at: "Dockerfile:3",
        note: "The address names a commit.",
      },
      {
        kind: "pipeline",
        files: {
          Dockerfile: IMAGE(
            "COPY requirements/base.txt requirements.txt",
            "RUN pip install -r requirements.txt",
          ),
          "requirements/base.in": "flask\n",
          "requirements/base.txt": "flask==3.1.0\nclick==8.1.8\n",
          "app.py": "import flask\n",
        },
        says: "requirements/base.txt, whose versions are pinned",
        at: "Dockerfile:4",
        note: "The image knows the file by another name.",
      },
      {
        kind: "service",
        files: {
          Dockerfile:
            'FROM python:3.13 AS dev\nRUN uv export --group dev -o req.dev.txt && pip install --user -r req.dev.txt\nFROM python:3.13 AS run\nCOPY --from=dev /root/.local /root/.local\nCOPY . .\nCMD ["python", "app.py"]\n',
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "uv.lock": 'version = 1\n\n[[package]]\nname = "httpx"\nversion = "0.28.1"\n',
          "app.py": "import httpx\n",
        },
        says: "which it writes from the lock",
        at: "Dockerfile:2",
        note: "The stage is called dev, and the image takes its packages.",
      },
      {
        kind: "pipeline",
        files: {
          Dockerfile: IMAGE("RUN poetry install --only main --no-root"),
          "pyproject.toml":
            '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npython = "^3.13"\nhttpx = "*"\n',
          "poetry.lock": '[[package]]\nname = "httpx"\nversion = "0.28.1"\n',
          "app.py": "import httpx\n",
        },
        says: "poetry install",
        at: "Dockerfile:3",
      },
      {
        kind: "service",
        files: {
          Procfile: "web: gunicorn app:app\n",
          "requirements.txt":
            "flask==3.1.0\nwerkzeug>=3\ngunicorn==23.0.0\nrich==13.0.0\nclick==8.1.0\nhttpx==0.28.0\nattrs==25.1.0\nidna==3.1\nh11==0.16.0\nanyio==4.1.0\n",
          "app.py": "import flask\n",
        },
        says: "The platform installs requirements.txt, whose versions are pinned",
        at: "requirements.txt:1",
        note: "Nine of ten.",
      },
      {
        kind: "service",
        files: {
          Procfile: "web: gunicorn app:app\n",
          "requirements.txt": "flask==3.1.0\ngunicorn==23.0.0\n",
          "app.py": "import flask\n",
        },
        says: "The platform installs requirements.txt",
        at: "requirements.txt:1",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          Dockerfile: IMAGE("RUN pip install -r requirements.txt", "RUN pip install gunicorn"),
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\n",
        },
        says: "gunicorn by name",
        at: "Dockerfile:4",
      },
      {
        kind: "pipeline",
        files: {
          Dockerfile: IMAGE("RUN pip install -r requirements.txt"),
          "requirements.txt": "dagster==1.10.17\npandas==2.2.3\nGDAL~=3.6.4\n",
          "app.py": "import dagster\n",
        },
        says: "requirements.txt, which pins 2 of 3",
        at: "Dockerfile:3",
        note: "Most of it is pinned.",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "web/Dockerfile": IMAGE("COPY requirements.txt .", "RUN pip install -r requirements.txt"),
          "web/requirements.txt": "flask>=3\n",
          "web/app.py": "import flask\n",
          "requirements.txt": "httpx==0.28.1\n",
        },
        says: "web/requirements.txt, which pins 0 of 1",
        at: "web/Dockerfile:4",
        note: "A part that is built by itself has its own list.",
      },
      {
        kind: "pipeline",
        files: {
          Dockerfile: IMAGE(
            "RUN pip install -r requirements.txt && poetry build --format=wheel && pip install dist/*.whl",
          ),
          "requirements.txt": "poetry==2.2.1\n",
          "pyproject.toml": '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\nhttpx = "^0.28"\n',
          "poetry.lock": '[[package]]\nname = "httpx"\nversion = "0.28.1"\n',
          "app.py": "import httpx\n",
        },
        says: "whatever the project's metadata allows",
        at: "Dockerfile:3",
        note: "A list of nothing but an installer locks no dependency.",
      },
      {
        files: {
          "dags/orders.py": "from airflow import DAG\n\nwith DAG('orders', schedule='@daily'):\n    pass\n",
          Dockerfile:
            "FROM apache/airflow:2.10.2\nUSER root\nRUN apt-get update && apt-get install -y git\nUSER airflow\n",
          "docker-compose.prod.yml":
            'services:\n  scheduler:\n    image: shop-airflow:latest\n    restart: always\n    command: scheduler\n    environment:\n      _PIP_ADDITIONAL_REQUIREMENTS: "${EXTRA:-openai requests}"\n',
        },
        kind: "pipeline",
        says: "installs openai, requests",
        at: "docker-compose.prod.yml:2",
        note: "Airflow's image installs them each time that a container starts.",
      },
      {
        kind: "pipeline",
        files: {
          Dockerfile: IMAGE("RUN uv sync"),
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx>=0.28"]\n',
          "app.py": "import httpx\n",
        },
        says: "no lock is there to install from",
        at: "Dockerfile:3",
      },
      {
        kind: "service",
        files: {
          Dockerfile: IMAGE("RUN pip install flask redis"),
          "requirements.txt": "flask==3.1.0\nredis==5.2.1\n",
          "app.py": "import flask\n",
        },
        says: "flask, redis by name",
        at: "Dockerfile:3",
      },
      {
        kind: "service",
        files: {
          Dockerfile: IMAGE("RUN pip install -r requirements.txt"),
          "requirements.txt": "flask>=3\nredis\n",
          "app.py": "import flask\n",
        },
        says: "requirements.txt, which pins 0 of 2",
        at: "Dockerfile:3",
      },
      {
        kind: "service",
        files: {
          Dockerfile: IMAGE("RUN pip install ."),
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx>=0.28"]\n',
          "uv.lock": 'version = 1\n\n[[package]]\nname = "httpx"\nversion = "0.28.1"\n',
          "app.py": "import httpx\n",
        },
        says: "whatever the project's metadata allows",
        at: "Dockerfile:3",
        note: "The lock is there, and pip does not read it.",
      },
    ],
    inconclusive: [
      {
        kind: "pipeline",
        files: {
          "prefect.yaml":
            "deployments:\n  - name: ingest\n    entrypoint: flows/ingest.py:ingest\n    work_pool:\n      name: kubernetes-pool\n",
          "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["prefect>=3"]\n',
          "uv.lock": 'version = 1\n\n[[package]]\nname = "prefect"\nversion = "3.6.22"\n',
          "flows/ingest.py": "from prefect import flow\n\n\n@flow\ndef ingest(): ...\n",
        },
        says: "Nothing shows how production installs",
        note: "Prefect fetches the code; the work pool's image installs it.",
      },
      {
        kind: "service",
        files: { "requirements.txt": "flask==3.1.0\n", "app.py": "import flask\n" },
        says: "Nothing shows how production installs",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: { Dockerfile: IMAGE(), "app.py": "import json\n" },
        says: "declares no runtime dependency",
      },
    ],
  },
  check(project) {
    const { manifests } = project;
    const found = findInstallations(project);
    if (found.length === 0) {
      const runtime = manifests.dependencies.some(({ group }) => group === "runtime");
      if (!runtime && manifests.undetermined.length === 0) {
        return notApplicable("The project declares no runtime dependency, and nothing installs one.");
      }
      return inconclusive(
        "Nothing shows how production installs the dependencies: no image, platform or deployment does.",
      );
    }
    return judge(found);
  },
});

function judge(found: readonly Installing[]): Finding {
  const good = found.filter(({ standing }) => standing === "locked");
  const bad = found.filter(({ standing }) => standing === "loose" || standing === "mixed");
  const unclear = found.filter(({ standing }) => standing === "unclear");
  const [firstGood] = good;
  const [firstBad] = bad;
  const [firstUnclear] = unclear;
  const evidence = [...bad, ...unclear, ...good].map(atPlace);
  if (firstBad) {
    const said = [...new Set(bad.map(({ said }) => said))].slice(0, 3).join("; ");
    if (firstGood) return partial(`${firstGood.said}; yet ${said}.`, evidence);
    // Most of it is locked.
    if (bad.every(({ standing }) => standing === "mixed")) return partial(`${said}.`, evidence);
    return fail(`${said}.`, evidence);
  }
  if (firstGood) return pass(`${firstGood.said}.`, good.map(atPlace));
  return inconclusive(`${firstUnclear?.said ?? "Nothing shows how production installs"}.`, evidence);
}

const atPlace = ({ path, line, note }: Installing): Evidence => ({ path, startLine: line, note });
