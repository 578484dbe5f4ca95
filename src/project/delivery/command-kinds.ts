/**
 * What a command is for: each predicate takes shell text and names the tool that it recognises, or `undefined`.
 * Mentions in comments and in echoed text are none; `--help` and `--version` do nothing.
 */
import { hasOption, type Invocation, optionValues, positionals, readInvocations } from "./invocations.ts";

export type CommandKind =
  | "tests"
  | "linter"
  | "formatter"
  | "type-checker"
  | "build"
  | "publish"
  | "deploy"
  | "security"
  | "coverage"
  | "docs"
  | "migrations";

/** Programs with the words and options that make them of a kind; a line without words takes any arguments. */
const TABLES: Readonly<Record<CommandKind, string>> = {
  tests: `pytest|py.test|nosetests|nose|nose2|trial|twisted.trial|ward|behave|lettuce|green|stestr run|testr run|zope-testrunner
    zope.testrunner|robot|pabot|unittest|unittest2|doctest|xdoctest|ptw|pytest-watch|molecule test|dbt test|dbt build
    hatch test|rye test|django-admin test|django test|flask test|flask tests|schemathesis run|mutmut run|great_expectations checkpoint run|runtests`,
  linter: `ruff check|ruff-check|flake8|flake8p|pflake8|pylint|pycodestyle|pep8|pyflakes|prospector|pylama|flakeheaven lint
    flakehell lint|pydocstyle|perflint|refurb|hatch fmt|hatch check|pants lint|trunk check`,
  formatter: `ruff format|ruff-format|black|blackdoc|black-jupyter|autopep8|yapf|blue|isort|darker|pyink|usort|ufmt|docformatter
    autoflake|hatch fmt|uv format|pants fmt|trunk fmt`,
  "type-checker": `mypy|dmypy|pyright|basedpyright|ty check|pyrefly check|pyre|pytype|zuban check|zuban mypy|zmypy|stubtest
    mypy.stubtest|pants check`,
  build: `build|pyproject-build|uv build|poetry build|poetry publish --build|hatch build|hatchling build|flit build|flit publish|pdm build
    rye build|pip wheel|cibuildwheel|maturin build|maturin publish|pants package|briefcase build|briefcase package|pyinstaller|nuitka
    shiv|pex|conda build|conda-build|rattler-build build|docker build|docker image build|docker buildx build|docker buildx bake
    docker compose build|docker-compose build|podman build|buildah bud|buildah build|executor --destination|executor --no-push
    pack build|nixpacks build|gcloud builds submit|az acr build|sam build|chalice package|zappa package|serverless package|sls package
    snapcraft|flatpak-builder|dpkg-buildpackage`,
  publish: `twine upload|uv publish|poetry publish|hatch publish|flit publish|pdm publish|rye publish|maturin publish|maturin upload
    docker push|docker image push|docker compose push|docker-compose push|docker build --push|docker buildx build --push
    docker buildx bake --push|podman push|buildah push|executor --destination|pack build --publish|crane push|skopeo copy|helm push
    gcloud builds submit|az acr build|anaconda upload|gh release create|gh release upload|semantic-release publish
    semantic-release version|goreleaser release|cloudsmith push|snapcraft upload`,
  deploy: `kubectl apply|kubectl set image|kubectl rollout restart|kubectl patch|oc apply|oc rollout|helm upgrade|helm install
    helmfile apply|helmfile sync|terraform apply|tofu apply|terragrunt apply|pulumi up|cdk deploy|fly deploy|flyctl deploy
    gcloud app deploy|gcloud run deploy|gcloud run services update|gcloud functions deploy|gcloud deploy releases create
    heroku container:release|aws ecs update-service|aws deploy create-deployment|aws lambda update-function-code
    aws cloudformation deploy|aws elasticbeanstalk update-environment|aws apprunner start-deployment|eb deploy|ecs deploy|ecs-deploy
    copilot deploy|copilot svc deploy|sam deploy|serverless deploy|sls deploy|zappa deploy|zappa update|chalice deploy|vercel --prod
    vercel deploy|netlify deploy|railway up|railway deploy|az webapp deploy|az webapp deployment|az webapp up|az containerapp up
    az containerapp update|az functionapp deployment|func azure functionapp publish|ansible-playbook|fab deploy|cap deploy
    docker stack deploy|docker service update|argocd app sync|argocd app set|nomad job run|nomad run|skaffold run|skaffold deploy
    werf converge|kamal deploy|modal deploy|fastapi deploy|prefect deploy|prefect deployment apply|astro deploy|dagster-cloud
    doctl apps create-deployment|doctl apps update|cf push|caprover deploy|wrangler deploy|databricks bundle deploy
    kustomize edit set image|bentoml deploy|upsun push|platform push|clever deploy|scalingo deploy|pyinfra|nixops deploy`,
  security: `bandit|pip-audit|pip_audit|safety|semgrep|trivy|snyk|osv-scanner|gitleaks|detect-secrets|detect-secrets-hook|trufflehog
    grype|codeql|zizmor|checkov|tfsec|terrascan|kics|dependency-check|guarddog|ggshield|talisman|scorecard|sonar-scanner|dodgy
    uv audit|poetry audit|pipenv check|pipenv audit|horusec|secretlint|docker scout|dep-scan|depscan|whispers`,
  coverage: `coverage|codecov|codecovcli|coveralls|diff-cover|cc-test-reporter|codacy-coverage-reporter|slipcover|pytest --cov
    py.test --cov|nosetests --with-coverage|nose2 --with-coverage|hatch test --cover|hatch test -c|pycobertura`,
  docs: `sphinx-build|sphinx|sphinx.cmd.build|mkdocs build|mkdocs gh-deploy|mike deploy|pdoc|pdoc3|pydoctor|zensical build
    jupyter-book build|quarto render`,
  migrations: `alembic upgrade|flask db upgrade|django-admin migrate|django migrate|aerich upgrade|yoyo apply|piccolo migrations
    superset db upgrade|airflow db migrate|airflow db upgrade|sqitch deploy|flyway migrate|liquibase update|atlas migrate apply
    dbmate up`,
};

interface Pattern {
  words: readonly string[];
  options: readonly string[];
}

const PATTERNS = new Map(Object.entries(TABLES).map(([kind, table]) => [kind, readTable(table)] as const));

function readTable(table: string): Map<string, Pattern[]> {
  const patterns = new Map<string, Pattern[]>();
  for (const entry of table.split(/[|\n]/)) {
    const [program = "", ...rest] = entry.trim().split(" ");
    const isOption = (word: string) => word.startsWith("-");
    const pattern = { words: rest.filter((word) => !isOption(word)), options: rest.filter(isOption) };
    patterns.set(program, [...(patterns.get(program) ?? []), pattern]);
  }
  return patterns;
}

/** `manage.py` commands by kind. */
const DJANGO: Partial<Record<CommandKind, ReadonlySet<string>>> = {
  tests: new Set(["test", "pytest", "behave", "harvest"]),
  migrations: new Set(["migrate", "migrate_schemas"]),
};

/** `setup.py` commands by kind. */
const SETUP: Partial<Record<CommandKind, ReadonlySet<string>>> = {
  tests: new Set(["test", "pytest", "nosetests", "trial", "ptr"]),
  build: new Set(["sdist", "bdist", "bdist_wheel", "bdist_egg", "bdist_rpm", "py2app", "py2exe"]),
  publish: new Set(["upload"]),
  docs: new Set(["build_sphinx"]),
  linter: new Set(["flake8", "lint"]),
};

/** Names of tasks and scripts that say what they are for; asked only where the task itself cannot be opened. */
const TASK_NAMES: Readonly<Record<CommandKind, RegExp>> = {
  tests: /(?:^|[-_:./])(?:py|unit|run|integration)?_?tests?(?:$|[-_:.])|pytest|unittest/,
  linter: /(?:^|[-_:./])(?:lint(?:er|ing)?|flake8|ruff|pylint|style)(?:$|[-_:.])/,
  formatter: /(?:^|[-_:./])(?:format(?:ting)?|fmt|black|style)(?:$|[-_:.])/,
  "type-checker": /(?:^|[-_:./])(?:mypy|pyright|types?|typing|type-?check(?:ing)?|ty)(?:$|[-_:.])/,
  build: /(?:^|[-_:./])(?:build|dist|sdist|wheels?|package)(?:$|[-_:.])/,
  publish: /(?:^|[-_:./])(?:publish|release|upload|push)(?:$|[-_:.])/,
  deploy: /(?:^|[-_:./])(?:deploy|deployment)(?:$|[-_:.])/,
  security: /(?:^|[-_:./])(?:security|audit|bandit|pip-audit)(?:$|[-_:.])/,
  coverage: /(?:^|[-_:./])(?:coverage|cov)(?:$|[-_:.])/,
  docs: /(?:^|[-_:./])docs?(?:$|[-_:.])/,
  migrations: /(?:^|[-_:./])migrat(?:e|ions?)(?:$|[-_:.])/,
};

/** The tool by which a command text is of a kind. */
export function toolFor(kind: CommandKind, text: string): string | undefined {
  for (const invocation of readInvocations(text)) {
    if (hasOption(invocation.args, "--version", "--help", "--collect-only")) continue;
    const tool = byTable(kind, invocation) ?? byScript(kind, invocation) ?? bySpecial(kind, invocation);
    const found = tool ?? byTaskName(kind, invocation);
    if (found) return found;
  }
  return undefined;
}

function byTable(kind: CommandKind, { program, args }: Invocation): string | undefined {
  const patterns = PATTERNS.get(kind)?.get(program);
  const found = patterns?.find(
    ({ words, options }) => startsWith(args, words) && options.every((option) => hasPrefixed(args, option)),
  );
  return found && [program, ...found.words].join(" ");
}

const hasPrefixed = (args: readonly string[], option: string): boolean =>
  args.some((arg) => arg === option || (option.startsWith("--") && arg.startsWith(option)));

/** Whether the arguments begin with these words; options and their values between them are passed over. */
export function startsWith(args: readonly string[], words: readonly string[]): boolean {
  let at = 0;
  for (const [i, arg] of args.entries()) {
    if (at === words.length) break;
    if (arg === words[at]) at++;
    else if (!arg.startsWith("-") && !args[i - 1]?.startsWith("-")) return false;
  }
  return at === words.length;
}

/** `python manage.py test`, `python setup.py sdist`, `python runtests.py`. */
function byScript(kind: CommandKind, { program, args }: Invocation): string | undefined {
  if (program !== "python") return undefined;
  const [script = "", ...rest] = args.filter((arg) => !/^-[\w]/.test(arg));
  const name = script.slice(script.lastIndexOf("/") + 1);
  if (name === "manage.py")
    return rest.some((arg) => DJANGO[kind]?.has(arg)) ? `manage.py ${rest[0]}` : undefined;
  if (name === "setup.py") {
    const command = rest.find((arg) => SETUP[kind]?.has(arg));
    return command && `setup.py ${command}`;
  }
  if (kind !== "tests" || !name.endsWith(".py")) return undefined;
  return /^(?:run_?|all_?)?(?:unit_?)?tests?(?:_[\w-]*)?\.py$/i.test(name) ? name : undefined;
}

function bySpecial(kind: CommandKind, { program, args, wrappers, module }: Invocation): string | undefined {
  // `ruff .`, as it was before there were subcommands, and the hook of that name.
  const bareRuff =
    program === "ruff" &&
    !/^(?:check|format|rule|config|linter|clean|server|analyze|version|help)$/.test(
      positionals(args)[0] ?? "",
    );
  if (kind === "linter" && bareRuff) return "ruff";
  if (kind === "linter" && program === "pre-commit" && args.includes("run")) return "pre-commit";
  if (kind === "linter" && program === "prek" && (args.length === 0 || args.includes("run"))) return "prek";
  if (kind === "security" && program === "ruff") {
    return optionValues(args, "--select", "--extend-select").some((value) => /(?:^|,)S\d*(?:,|$)/.test(value))
      ? "ruff (S)"
      : undefined;
  }
  if (kind === "coverage" && wrappers.includes("coverage run")) return "coverage";
  if (kind === "coverage" && wrappers.includes("slipcover")) return "slipcover";
  if (kind === "deploy" && program === "git" && startsWith(args, ["push"])) {
    return args.some((arg) => /^(?:heroku|dokku|piku|caprover)/.test(arg))
      ? `git push ${args[1]}`
      : undefined;
  }
  // A test package of the project's own, or a word that the entry point of an image understands.
  if (kind === "tests" && program === "tests") {
    return module ? "python -m tests" : wrappers.length > 0 ? `${wrappers.at(-1)} tests` : undefined;
  }
  return undefined;
}

const RUNNERS = new Set([
  "make",
  "gmake",
  "just",
  "task",
  "go-task",
  "poe",
  "invoke",
  "inv",
  "tox",
  "nox",
  "doit",
  "rake",
  "mage",
  "mise",
  "earthly",
]);
const TASK_WRAPPERS = /^(?:hatch|pdm|pipenv|poetry|rye|pixi|npx) run$/;

/** A task or script that is known by its name only. */
function byTaskName(kind: CommandKind, invocation: Invocation): string | undefined {
  const { program, args, wrappers } = invocation;
  if (program === "tox" || program === "nox") return byEnvironment(kind, invocation);
  const isTest = (name: string): boolean => TASK_NAMES[kind].test(name.toLowerCase());
  if (RUNNERS.has(program)) {
    const name = positionals(args).find(isTest);
    return name && `${program} ${name}`;
  }
  const wrapper = wrappers.at(-1) ?? "";
  if (TASK_WRAPPERS.test(wrapper) && isTest(program) && !/[./\\]/.test(program))
    return `${wrapper} ${program}`;
  const script = /^(?:bash|sh|source|\.)$/.test(program) ? (positionals(args)[0] ?? "") : invocation.written;
  const isPath =
    /\.(?:sh|bash|ps1|bat|cmd)$/.test(script) || /^\.{0,2}\/?[\w.-]*(?:scripts?|ci|bin|tools)\//.test(script);
  return isPath && isTest(script.slice(script.lastIndexOf("/") + 1)) ? script : undefined;
}

/** `tox -e py312`, `nox -s tests`; a bare call runs everything, tests among it. */
function byEnvironment(kind: CommandKind, { program, args }: Invocation): string | undefined {
  if (
    hasOption(args, "-l", "--list", "--listenvs", "--notest", "--devenv") ||
    ["list", "config", "devenv", "l"].includes(args[0] ?? "")
  ) {
    return undefined;
  }
  const names = optionValues(args, "-e", "-s", "--env", "--session", "--sessions").flatMap((value) =>
    value.split(","),
  );
  if (names.length === 0) return kind === "tests" ? program : undefined;
  const found = names.find(
    (name) =>
      TASK_NAMES[kind].test(name) || (kind === "tests" && /^(?:py|pypy)[\d.{]*(?:$|[-,\d}])|\$/.test(name)),
  );
  // An expression names nothing that could be shown.
  if (found === undefined || found.includes("$")) return found && program;
  return `${program} -${program === "tox" ? "e" : "s"} ${found}`;
}

export const runsTests = (text: string): string | undefined => toolFor("tests", text);
export const runsLinter = (text: string): string | undefined => toolFor("linter", text);
export const runsFormatter = (text: string): string | undefined => toolFor("formatter", text);
export const runsTypeChecker = (text: string): string | undefined => toolFor("type-checker", text);
export const buildsArtifact = (text: string): string | undefined => toolFor("build", text);
/** Uploads a package, pushes an image or makes a release. */
export const publishes = (text: string): string | undefined => toolFor("publish", text);
export const deploys = (text: string): string | undefined => toolFor("deploy", text);
export const scansSecurity = (text: string): string | undefined => toolFor("security", text);
export const measuresCoverage = (text: string): string | undefined => toolFor("coverage", text);
export const buildsDocs = (text: string): string | undefined => toolFor("docs", text);
export const runsMigrations = (text: string): string | undefined => toolFor("migrations", text);

/** Copies files to a server or works on it by hand: `scp`, `rsync` to a host, `ssh host "git pull …"`. */
export function deploysByHand(text: string): string | undefined {
  for (const { program, args } of readInvocations(text)) {
    const remote = args.some(
      (arg) => /^[\w.$%{}<>[\]-]{1,100}@?[\w.$%{}<>[\]-]{0,100}:[^:]/.test(arg) && !/^\w+:\/\//.test(arg),
    );
    if ((program === "scp" || program === "rsync" || program === "sftp") && remote) return program;
    const work =
      /\b(?:git (?:pull|fetch|reset|checkout)|docker[ -]compose|docker (?:pull|run|restart)|systemctl|supervisorctl|restart|pm2|deploy|\.\/\S+\.sh)\b/;
    if (program === "ssh" && work.test(args.join(" "))) return "ssh";
  }
  return undefined;
}
