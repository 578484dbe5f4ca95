/** Distributions that do their work without ever being imported: as commands, drivers, plugins or by being there. */
import { normaliseName } from "./requirement.ts";

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

const ROLES: readonly (readonly [reason: string, names: readonly string[]])[] = [
  [
    "it serves or supervises the application from the command line",
    words(`gunicorn uvicorn hypercorn granian waitress daphne uwsgi pyuwsgi meinheld bjoern mod-wsgi chaussette
      circus supervisor honcho uvicorn-worker gevent eventlet greenlet cheroot nginx-unit unit flower
      fastapi-cli fastapi-cloud-cli setproctitle`),
  ],
  [
    "a database URL or setting names it as the driver",
    words(`psycopg2 psycopg2-binary psycopg psycopg-binary psycopg-c psycopg-pool asyncpg aiosqlite mysqlclient pymysql
      aiomysql asyncmy pymssql pyodbc aioodbc cx-oracle oracledb pg8000 mysql-connector-python mariadb
      snowflake-sqlalchemy sqlalchemy-bigquery pybigquery sqlalchemy-redshift redshift-connector sqlalchemy-trino
      trino clickhouse-sqlalchemy clickhouse-driver clickhouse-connect duckdb-engine pyathena sqlalchemy-spanner pyhive
      teradatasqlalchemy databricks-sql-connector databricks-sqlalchemy sqlalchemy-hana hdbcli ibm-db-sa ibm-db
      sqlalchemy-cockroachdb mssql-django django-mssql-backend django-cockroachdb djongo motor pysqlite3
      pysqlite3-binary libsql-client sqlalchemy-libsql sqlalchemy-databricks elasticsearch-dbapi`),
  ],
  [
    "a cache or broker setting names it",
    words(`redis hiredis django-redis django-redis-cache pylibmc pymemcache python-memcached librabbitmq kombu
      channels-redis django-celery-results django-celery-beat celery-redbeat django-rq django-q2 sqlalchemy-celery-beat`),
  ],
  [
    "another library picks it up where it is installed",
    words(`uvloop winloop httptools watchfiles websockets wsproto python-multipart email-validator itsdangerous aiofiles
      h2 brotli brotlipy brotlicffi zstandard cryptography bcrypt argon2-cffi tzdata cchardet faust-cchardet chardet
      charset-normalizer aiodns pycares lxml html5lib openpyxl xlrd xlsxwriter xlwt odfpy pyxlsb pyarrow fastparquet
      tables s3fs gcsfs adlfs fsspec tabulate pillow colorama certifi pysocks httpx-socks pyopenssl idna pyasn1
      ndg-httpsclient simplejson orjson ujson msgpack python-dotenv jinja2 markupsafe asgiref sqlparse bottleneck
      numexpr numba llvmlite kaleido python-snappy lz4 python-magic-bin cffi pycparser accelerate safetensors
      sentencepiece tiktoken bitsandbytes xformers flash-attn hf-transfer hf-xet protobuf triton einops
      google-cloud-bigquery-storage db-dtypes google-crc32c crcmod zope-interface ipywidgets tf-keras
      python-json-logger json-log-formatter colorlog coloredlogs ecs-logging argcomplete shellingham
      pydantic-extra-types pydantic-core phonenumbers pycountry tree-sitter setuptools wheel pip
      importlib-metadata typing-extensions nest-asyncio ninja jsonpatch pyyaml rich uritemplate inflection
      pywin32 pywin32-ctypes secretstorage keyring keyrings-alt defusedxml tinycss2 pyparsing`),
  ],
  [
    "Django settings name it",
    words(`whitenoise djangorestframework channels django-allauth wagtail dj-database-url daphne djoser easy-thumbnails
      sorl-thumbnail mozilla-django-oidc social-auth-app-django graphene-django`),
  ],
  [
    "it is a command of its own",
    words(`alembic yoyo-migrations celery awscli aws-shell azure-cli ansible ansible-core ansible-lint localstack pgcli
      litecli httpie mitmproxy sqlfluff dbt-core dagster-webserver dagit mlflow tensorboard jupyter jupyterlab notebook
      ipython ipykernel nbconvert papermill voila locust honcho pre-commit prek black ruff flake8 pylint mypy pyright
      basedpyright pyrefly ty isort autopep8 yapf autoflake pyupgrade bandit safety pip-audit vulture radon xenon
      interrogate pydocstyle pycodestyle pyflakes codespell djlint curlylint detect-secrets semgrep coverage codecov
      coveralls pytest tox nox hatch pdm poetry uv pip-tools pipenv pipdeptree deptry virtualenv build twine flit
      bumpversion bump2version bump-my-version bumpver commitizen python-semantic-release towncrier reno zest-releaser
      poethepoet taskipy invoke doit nodeenv cookiecutter copier sphinx mkdocs pdoc pdoc3 debugpy ipdb pudb py-spy
      scalene memray line-profiler memory-profiler watchdog grpcio-tools cython pyinstaller nuitka cx-freeze shiv pex
      zappa datamodel-code-generator openapi-python-client mypy-protobuf betterproto yt-dlp youtube-dl livereload elementary-data
      gdown kaggle huggingface-hub playwright gcovr ninja cmake scikit-build setuptools-scm setuptools-rust maturin
      hatchling hatch-vcs flit-core poetry-core pdm-backend versioneer pbr python-lsp-server jedi`),
  ],
];

/** Families whose members are loaded by another tool, each known by its name. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^pytest-|^pytest$/, "pytest loads it as a plugin"],
  [/^types-|-stubs$|^mypy-boto3-|^(?:boto3|botocore|aiobotocore)-stubs/, "type checkers read its stubs"],
  [/^(?:flake8|pylint|pep8|dlint|wemake|bandit)-|^mccabe$|^darglint$/, "a linter loads it as a plugin"],
  [
    /^(?:sphinx|sphinxcontrib|mkdocs|mkdocstrings|mdx|furo|myst|nbsphinx|pymdown)(?:-|$)/,
    "the documentation build loads it",
  ],
  [/^(?:tox|nox|hatch|poetry|pdm|setuptools)-/, "a packaging tool loads it as a plugin"],
  [/^apache-airflow-providers-/, "Airflow loads it by its connections"],
  [
    /^opentelemetry-(?:instrumentation|exporter|distro|propagator|resourcedetector|sdk-extension)/,
    "OpenTelemetry loads it by entry point",
  ],
  [
    /^(?:ddtrace|newrelic|elastic-apm|scout-apm|appdynamics|splunk-opentelemetry)$/,
    "an agent command or setting loads it",
  ],
  [/^dbt-/, "dbt loads it as an adapter"],
  [/^(?:prefect|dagster)-/, "its orchestrator loads it as a plugin"],
  [/^(?:meltano|singer|tap|target)-/, "its framework loads it as a plugin"],
  [/^(?:django|drf|djangorestframework|wagtail|djangocms)-/, "Django settings name it"],
  [/^nvidia-|^cuda-|^(?:tensorrt|jaxlib|tensorflow-io)/, "it carries libraries that a framework loads"],
  [/^[a-z]{2}-core-(?:web|news|sci)-/, "spaCy loads the model by name"],
  [/^jupyter(?:lab|hub)?(?:-|$)|^nb(?:convert|format|stripout|dime|qa)$|^ipympl$/, "Jupyter loads it"],
  [/^(?:mypy|pydantic|sqlalchemy)-(?:mypy|plugin|stubs)$/, "a type checker loads it as a plugin"],
  [/^(?:qt|pyqt|pyside)[a-z0-9]*-(?:qt|sip|stubs)/, "it carries libraries that a framework loads"],
];

const REASONS: ReadonlyMap<string, string> = new Map(
  [...ROLES].reverse().flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

/**
 * Why a distribution may be needed although nothing imports it, as the end of a sentence; `undefined` where only an
 * import would use it.
 */
export function usedWithoutImport(distribution: string): string | undefined {
  const name = normaliseName(distribution);
  return REASONS.get(name) ?? FAMILIES.find(([pattern]) => pattern.test(name))?.[1];
}
