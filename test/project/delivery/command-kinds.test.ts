import { describe, expect, it } from "vitest";
import { actionFor } from "../../../src/project/delivery/action-kinds.ts";
import {
  buildsArtifact,
  deploys,
  deploysByHand,
  measuresCoverage,
  publishes,
  runsFormatter,
  runsLinter,
  runsMigrations,
  runsTests,
  runsTypeChecker,
  scansSecurity,
} from "../../../src/project/delivery/command-kinds.ts";
import { installs } from "../../../src/project/delivery/installs.ts";
import { startsServer, startsWorker } from "../../../src/project/delivery/servers.ts";

describe("commands that run tests", () => {
  it.each([
    ["pytest -q", "pytest"],
    ["py.test", "py.test"],
    ["python3.12 -m pytest tests", "pytest"],
    ["python -b -W always -m coverage run -m django test -v2", "django test"],
    ["python -m unittest discover", "unittest"],
    ["python manage.py test --parallel", "manage.py test"],
    ["./manage.py test", "manage.py test"],
    ["python -m coverage run --source=. --module manage test -v 2 shop", "manage.py test"],
    ["coverage run --source=x manage.py test", "manage.py test"],
    ["coverage run -m pytest", "pytest"],
    ["uv run --group test pytest", "pytest"],
    ["poetry run python -m pytest", "pytest"],
    ["hatch test", "hatch test"],
    ["hatch run test:pytest -q", "pytest"],
    ["nose2", "nose2"],
    ["trial x", "trial"],
    ["ward", "ward"],
    ["behave", "behave"],
    ["python setup.py test", "setup.py test"],
    ["python runtests.py", "runtests.py"],
    ["travis_wait 30 tox $TOX_POSARGS", "tox"],
    ["travis_retry pytest", "pytest"],
    ["coverage run ./tests/settings.py", "./tests/settings.py"],
    ["python tests/run.py -v", "tests/run.py"],
    ["docker compose -f ci.yml run --rm -e A=1 web pytest -x", "pytest"],
    ["docker-compose run web python manage.py test", "manage.py test"],
    ["docker run --rm -v $PWD:/app image pytest", "pytest"],
    ["bash -c 'cd x && pytest'", "pytest"],
    ["DJANGO_SETTINGS_MODULE=x xvfb-run -a pytest", "pytest"],
    ["$(PYTHON) -m pytest", "pytest"],
    ["${PREFIX}pytest", "pytest"],
    ["tox", "tox"],
    ["tox -e py312", "tox -e py312"],
    ["nox -s tests-3.12", "nox -s tests-3.12"],
    ["make test", "make test"],
    ["./scripts/test.sh", "./scripts/test.sh"],
    ["poe unit-tests", "poe unit-tests"],
  ])("%s", (text, tool) => {
    expect(runsTests(text)).toBe(tool);
  });

  it.each([
    "echo pytest",
    "# pytest",
    "pip install pytest",
    "pytest --version",
    "tox -e lint",
    "nox -s docs",
    "make lint",
    "npm test",
    "test -f x",
    "cat pytest.ini",
    "git commit -m 'run pytest'",
  ])("not %s", (text) => {
    expect(runsTests(text)).toBeUndefined();
  });
});

describe("commands of other kinds", () => {
  it.each([
    [runsLinter, "ruff check .", "ruff check"],
    [runsLinter, "ruff .", "ruff"],
    [runsLinter, "ruff format .", undefined],
    [runsLinter, "python -m flake8", "flake8"],
    [runsLinter, "uvx ruff@0.9 check", "ruff check"],
    [runsFormatter, "ruff format --check .", "ruff format"],
    [runsFormatter, "black .", "black"],
    [runsTypeChecker, "uv run mypy src", "mypy"],
    [runsTypeChecker, "ty check", "ty check"],
    [buildsArtifact, "python -m build", "build"],
    [buildsArtifact, "uv build", "uv build"],
    [buildsArtifact, "docker build -t x .", "docker build"],
    [buildsArtifact, "docker compose -f x.yml build", "docker compose build"],
    [buildsArtifact, "docker run build", undefined],
    [buildsArtifact, "python setup.py sdist bdist_wheel", "setup.py sdist"],
    [publishes, "twine upload dist/*", "twine upload"],
    [publishes, "twine check dist/*", undefined],
    [publishes, "docker buildx build --push .", "docker buildx build"],
    [publishes, "docker buildx build .", undefined],
    [deploys, "kubectl --context x apply -f k8s", "kubectl apply"],
    [deploys, "helm upgrade --install app chart", "helm upgrade"],
    [deploys, "flyctl deploy --remote-only", "flyctl deploy"],
    [deploys, "terraform plan", undefined],
    [deploys, "git push heroku main", "git push heroku"],
    [deploys, "curl -X POST ${{ secrets.RENDER_DEPLOY_HOOK_URL }}", "curl of a deploy hook"],
    [deploys, 'curl "https://api.render.com/deploy/srv-1?key=$KEY"', "curl of a deploy hook"],
    [deploys, "curl https://example.com/health", undefined],
    [deploys, "git push origin main", undefined],
    [scansSecurity, "bandit -r src", "bandit"],
    [scansSecurity, "ruff check --select E,S", "ruff (S)"],
    [measuresCoverage, "pytest --cov=x", "pytest"],
    [measuresCoverage, "coverage run manage.py test", "coverage"],
    [measuresCoverage, "pytest", undefined],
    [runsMigrations, "alembic upgrade head", "alembic upgrade"],
    [runsMigrations, "python manage.py migrate --noinput", "manage.py migrate"],
    [deploysByHand, "ssh deploy@host 'cd app && git pull'", "ssh"],
    [deploysByHand, "rsync -a . user@host:/srv", "rsync"],
    [deploysByHand, "rsync -a . ${{ secrets.USER }}@${{ secrets.HOST }}:/srv", "rsync"],
    [deploysByHand, "ssh deploy@host << 'EOF'", "ssh"],
    [deploysByHand, "rsync -a a b", undefined],
  ])("%o of %s", (predicate, text, tool) => {
    expect(predicate(text)).toBe(tool);
  });

  it("knows actions by owner and name, without their version", () => {
    expect(actionFor("publish", "someone/pypi-publisher@v4")).toBe("someone/pypi-publisher");
    expect(actionFor("publish", "someone/check-pypi@v1")).toBeUndefined();
    expect(actionFor("publish", "pypa/gh-action-pypi-publish@release/v1")).toBe(
      "pypa/gh-action-pypi-publish",
    );
    expect(actionFor("security", "github/codeql-action/analyze@v3")).toBe("github/codeql-action/analyze");
    expect(actionFor("deploy", "someone/else@v1")).toBeUndefined();
    expect(actionFor("deploy", "AzureWebApp@1")).toBe("AzureWebApp");
  });
});

describe("what a command installs", () => {
  it.each([
    ["uv sync --frozen", "lock", true],
    ["uv sync", "lock", false],
    ["poetry install --no-root", "lock", true],
    ["pipenv install --deploy", "lock", true],
    ["pip-sync requirements.txt", "lock", true],
    ["pip install -r requirements.txt", "file", false],
    ["pip install --require-hashes -r requirements.txt", "file", true],
    ["python -m pip install -e .[dev]", "project", false],
    ["pip install .", "project", false],
    ["pip install flask gunicorn==23.0", "names", false],
    ["uv pip install flask", "names", false],
    ["conda env create -f environment.yml", "file", false],
  ])("%s: from %s", (text, from, enforced) => {
    expect(installs(text)).toMatchObject({ from, enforced });
  });

  it("names files and packages", () => {
    expect(installs("pip install -r a.txt -c b.txt flask")).toMatchObject({
      files: ["a.txt", "b.txt"],
      names: ["flask"],
    });
  });

  it("passes over installers that install themselves", () => {
    expect(installs("pip install -U pip setuptools wheel tox-gh-actions")).toBeUndefined();
  });
});

describe("servers", () => {
  it.each([
    ["gunicorn app:app -w 4", "gunicorn", false],
    ["gunicorn --reload app:app", "gunicorn", true],
    ["python -m gunicorn.app.wsgiapp app", "gunicorn", false],
    ["exec uvicorn main:app --host 0.0.0.0", "uvicorn", false],
    ["uvicorn main:app --reload", "uvicorn", true],
    ["flask --app x run --host 0.0.0.0", "flask run", true],
    ["python manage.py runserver 0.0.0.0:8000", "manage.py runserver", true],
    ["fastapi run app.py", "fastapi run", false],
    ["fastapi dev", "fastapi dev", true],
    ["ddtrace-run gunicorn x", "gunicorn", false],
    ["sh -c 'exec hypercorn x'", "hypercorn", false],
    ["uwsgi --ini x.ini", "uwsgi", false],
    ["python -m http.server", "http.server", true],
  ])("%s", (text, tool, development) => {
    expect(startsServer(text)).toEqual({ tool, development });
  });

  it("are not what merely mentions them", () => {
    for (const text of ["pip install gunicorn", "echo uvicorn", "gunicorn --version", "python app.py"])
      expect(startsServer(text)).toBeUndefined();
  });

  it("are told apart from workers", () => {
    expect(startsWorker("celery -A proj --loglevel=info worker")).toBe("celery worker");
    expect(startsWorker("python manage.py qcluster")).toBe("manage.py qcluster");
    expect(startsWorker("celery -A proj inspect ping")).toBeUndefined();
  });
});
