/** By which programs, words and options commands are told apart. */

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
export const TABLES: Readonly<Record<CommandKind, string>> = {
  tests: `pytest|py.test|nosetests|nose|nose2|trial|twisted.trial|ward|behave|lettuce|green|stestr run|testr run|zope-testrunner
    zope.testrunner|robot|pabot|unittest|unittest2|unittest-parallel|doctest|xdoctest|ptw|pytest-watch|molecule test|dbt test|dbt build
    hatch test|rye test|django-admin test|django test|flask test|flask tests|schemathesis run|mutmut run|great_expectations checkpoint run|runtests`,
  linter: `ruff check|ruff-check|flake8|flake8p|pflake8|pylint|pycodestyle|pep8|pyflakes|prospector|pylama|pylava|flakeheaven lint
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
    werf converge|kamal deploy|modal deploy|fastapi deploy|prefect deploy|prefect deployment apply|prefect deployment build|astro deploy|dagster-cloud
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

/** `manage.py` commands by kind. */
export const DJANGO: Partial<Record<CommandKind, ReadonlySet<string>>> = {
  tests: new Set(["test", "pytest", "behave", "harvest"]),
  migrations: new Set(["migrate", "migrate_schemas"]),
};

/** `setup.py` commands by kind. */
export const SETUP: Partial<Record<CommandKind, ReadonlySet<string>>> = {
  tests: new Set(["test", "pytest", "nosetests", "trial", "ptr"]),
  build: new Set(["sdist", "bdist", "bdist_wheel", "bdist_egg", "bdist_rpm", "py2app", "py2exe"]),
  publish: new Set(["upload"]),
  docs: new Set(["build_sphinx"]),
  linter: new Set(["flake8", "lint"]),
};

/** Names of tasks and scripts that say what they are for; asked only where the task itself cannot be opened. */
export const TASK_NAMES: Readonly<Record<CommandKind, RegExp>> = {
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
