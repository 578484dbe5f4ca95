/** Distributions that come along with another one that requires them. */
import { normaliseName } from "./manifests/requirement.ts";

/** What well-known distributions themselves require: distribution, then those that come with it. */
const BRINGS: ReadonlyMap<string, readonly string[]> = new Map(
  `quart flask werkzeug jinja2 itsdangerous click markupsafe blinker hypercorn aiofiles
beets mediafile confuse mutagen jellyfish munkres musicbrainzngs pyyaml unidecode
rq redis click
flask werkzeug jinja2 itsdangerous click markupsafe blinker
fastapi starlette pydantic typing-extensions typing-inspection annotated-doc anyio annotated-types pydantic-core
fastapi[standard] fastapi-cli typer click rich httpx jinja2 python-multipart email-validator uvicorn pydantic-settings pydantic-extra-types python-dotenv
fastapi[all] fastapi-cli typer click rich httpx jinja2 python-multipart email-validator uvicorn pydantic-settings pydantic-extra-types python-dotenv itsdangerous pyyaml ujson orjson
pyjwt[crypto] cryptography
python-jose[cryptography] cryptography
passlib[bcrypt] bcrypt
fastapi-users fastapi pwdlib email-validator pyjwt python-multipart makefun
fastapi-users[sqlalchemy] fastapi-users-db-sqlalchemy
fastapi-users[beanie] fastapi-users-db-beanie
passlib[argon2] argon2-cffi
django-markdownx markdown pillow django
flask-security-too flask flask-login flask-principal flask-wtf wtforms email-validator passlib markupsafe
flask-admin flask wtforms jinja2 markupsafe werkzeug
pydantic[email] email-validator dnspython
uvicorn[standard] httptools uvloop watchfiles websockets python-dotenv pyyaml
httpx[http2] h2
httpx[socks] socksio
celery[redis] redis
celery[sqs] boto3
requests[socks] pysocks
sqlalchemy[asyncio] greenlet
starlette anyio
jinja2 markupsafe
wtforms markupsafe
mako markupsafe
eventlet greenlet dnspython
gevent greenlet zope-event zope-interface
motor pymongo
mongoengine pymongo
flask-pymongo pymongo
odmantic pymongo motor pydantic
beanie pymongo motor pydantic
aiopg psycopg2-binary
starlette-exporter prometheus-client
django-prometheus prometheus-client
django-pghistory django-pgtrigger
prometheus-fastapi-instrumentator prometheus-client
prometheus-flask-exporter prometheus-client
strawberry-graphql graphql-core
strawberry-graphql-django strawberry-graphql django
graphene graphql-core
ariadne graphql-core starlette
django asgiref sqlparse
djangorestframework django
djangorestframework-simplejwt pyjwt djangorestframework django
drf-yasg inflection packaging pytz pyyaml uritemplate djangorestframework django
drf-spectacular inflection jsonschema pyyaml uritemplate djangorestframework django
dependency-injector six
celery kombu billiard vine amqp click python-dateutil pytz
aiocassandra cassandra-driver
dateparser python-dateutil pytz regex tzlocal
cassandra-driver six
requests urllib3 certifi idna charset-normalizer chardet
httpx httpcore h11 anyio idna certifi sniffio
aiohttp yarl multidict aiosignal frozenlist attrs async-timeout propcache
boto3 botocore s3transfer jmespath urllib3 python-dateutil six
botocore jmespath urllib3 python-dateutil
aiobotocore botocore aiohttp
pandas numpy python-dateutil pytz six tzdata
scipy numpy
scikit-learn numpy scipy joblib threadpoolctl
matplotlib numpy pillow python-dateutil pyparsing packaging cycler kiwisolver contourpy fonttools
seaborn numpy pandas matplotlib
torch numpy sympy networkx jinja2 filelock typing-extensions fsspec
torchvision torch numpy pillow
tensorflow numpy keras tensorboard protobuf h5py absl-py six wrapt
keras numpy h5py
transformers huggingface-hub tokenizers numpy pyyaml requests tqdm regex filelock packaging safetensors
datasets pyarrow pandas numpy huggingface-hub fsspec requests
statsmodels numpy scipy pandas patsy
xgboost numpy scipy
lightgbm numpy scipy
opencv-python numpy
opencv-python-headless numpy
sqlalchemy greenlet typing-extensions
sqlmodel sqlalchemy pydantic
alembic sqlalchemy mako
pydantic pydantic-core typing-extensions annotated-types
pydantic-settings pydantic python-dotenv
typer click rich shellingham
click colorama
pytest pluggy iniconfig packaging
jupyter ipython notebook nbformat nbconvert ipykernel ipywidgets
notebook ipython nbformat jupyter-core tornado
ipython traitlets pygments prompt-toolkit decorator jedi
scrapy twisted parsel lxml w3lib itemadapter itemloaders cssselect zope-interface queuelib service-identity pyopenssl cryptography
pyramid webob zope-interface translationstring venusian
sanic sanic-routing aiofiles httptools ujson websockets multidict uvloop
litestar msgspec anyio httpx click rich pyyaml polyfactory
apache-airflow sqlalchemy pendulum flask jinja2 croniter requests python-dateutil marshmallow attrs werkzeug packaging tenacity
apache-airflow-providers-amazon boto3 botocore
apache-airflow-providers-cncf-kubernetes kubernetes
apache-airflow-providers-docker docker
apache-airflow-providers-google google-auth google-api-python-client google-cloud-bigquery google-cloud-storage google-cloud-secret-manager google-cloud-pubsub google-cloud-dataproc pandas-gbq
apache-airflow-providers-http requests aiohttp
apache-airflow-providers-mongo pymongo
apache-airflow-providers-mysql mysqlclient
apache-airflow-providers-postgres psycopg2-binary
apache-airflow-providers-redis redis
apache-airflow-providers-sftp paramiko asyncssh
apache-airflow-providers-slack slack-sdk
apache-airflow-providers-snowflake snowflake-connector-python snowflake-sqlalchemy
apache-airflow-providers-ssh paramiko sshtunnel
apache-airflow-providers-apache-spark pyspark
dagster-aws boto3
dagster-celery celery
dagster-docker docker
dagster-gcp google-cloud-bigquery google-cloud-storage
dagster-graphql requests gql
dagster-k8s kubernetes
dagster-pandas pandas
dagster-postgres psycopg2-binary
dagster-pyspark pyspark
dagster-slack slack-sdk
dagster-snowflake snowflake-connector-python
dagster-webserver starlette uvicorn dagster-graphql
prefect-aws boto3 botocore
prefect-docker docker
prefect-gcp google-cloud-bigquery google-cloud-storage
prefect-kubernetes kubernetes
prefect-sqlalchemy sqlalchemy
dbt-core jinja2 pyyaml click jsonschema
pyside6-fluent-widgets pysidesix-frameless-window pyside6 darkdetect
pyqt6-fluent-widgets pyqt6-frameless-window pyqt6 darkdetect
pyqt-fluent-widgets pyqt5-frameless-window pyqt5 darkdetect
geopandas pandas numpy shapely pyproj pyogrio packaging
dagster sqlalchemy pydantic click jinja2 pyyaml requests grpcio protobuf alembic
prefect pydantic httpx sqlalchemy anyio pendulum typer rich
streamlit pandas numpy pillow requests tornado altair pyarrow protobuf
dash flask plotly werkzeug
gradio fastapi pandas numpy pillow httpx requests pydantic
langchain langchain-core pydantic sqlalchemy requests numpy langsmith tenacity pyyaml
openai httpx pydantic anyio tqdm
anthropic httpx pydantic anyio
google-api-python-client google-auth httplib2 google-auth-httplib2 google-api-core uritemplate
google-auth cachetools pyasn1 rsa pyasn1-modules
google-api-core google-auth googleapis-common-protos protobuf requests
google-cloud-core google-api-core google-auth
google-cloud-storage google-cloud-core google-api-core google-auth google-resumable-media requests
google-cloud-bigquery google-cloud-core google-api-core google-auth google-resumable-media requests
google-cloud-pubsub google-api-core google-auth grpcio
google-cloud-speech google-api-core google-auth proto-plus protobuf
grpcio-tools grpcio protobuf setuptools
spacy thinc numpy srsly catalogue cymem requests tqdm typer pydantic
nltk click joblib regex tqdm
gensim numpy scipy smart-open
discord-py aiohttp
python-telegram-bot httpx
selenium urllib3 trio certifi
beautifulsoup4 soupsieve
wagtail django pillow willow beautifulsoup4 djangorestframework modelcluster
flask-sqlalchemy sqlalchemy flask
flask-migrate alembic
flask-wtf wtforms
flask-marshmallow marshmallow
marshmallow-sqlalchemy marshmallow sqlalchemy
flask-restful aniso8601 pytz six
flask-restx aniso8601 jsonschema werkzeug
flask-bcrypt bcrypt
flask-mail blinker
connexion flask werkzeug pyyaml jsonschema requests inflection
pynput six
geoip2 maxminddb requests aiohttp
docker requests urllib3
kubernetes pyyaml requests urllib3 python-dateutil google-auth websocket-client six
ansible ansible-core jinja2 pyyaml
cookiecutter jinja2 click requests pyyaml binaryornot
sphinx docutils jinja2 pygments babel
twisted zope-interface attrs constantly incremental hyperlink automat
pyspark py4j
elasticsearch elastic-transport urllib3
elasticsearch-dsl elasticsearch
sentry-sdk urllib3 certifi
moviepy numpy imageio decorator proglog tqdm requests
imageio numpy pillow
librosa numpy scipy scikit-learn joblib numba soundfile
gym numpy cloudpickle
stable-baselines3 gymnasium torch numpy pandas
dvc fsspec
mlflow flask pandas numpy sqlalchemy pyyaml requests
black click pathspec platformdirs mypy-extensions
rich pygments markdown-it-py
textual rich
great-expectations pandas numpy jsonschema
fabric paramiko invoke
paramiko cryptography bcrypt pynacl
dramatiq prometheus-client
django-celery-beat celery django
mkdocs jinja2 markdown pyyaml click
locust flask gevent requests`
    .split("\n")
    .map((line) => {
      const [name = "", ...brought] = line.split(" ");
      return [name, brought] as const;
    }),
);

/** Whether one distribution is known to bring another along, at most two steps down. */
export const brings = (distribution: string, other: string): boolean =>
  allBrought(distribution).includes(other);

/** What a distribution, with its extras, is known to bring along, at most two steps down. */
export function allBrought(distribution: string, extras: readonly string[] = []): string[] {
  const name = normaliseName(distribution);
  const direct = [...broughtBy(name), ...extras.flatMap((one) => BRINGS.get(`${name}[${one}]`) ?? [])];
  return [...direct, ...direct.flatMap(broughtBy)];
}

/** Plug-ins of a framework require the framework. */
function broughtBy(name: string): readonly string[] {
  const framework =
    /^(flask|django|celery|pytest|fastapi|wagtail|sphinx|mkdocs|apache-airflow-providers|dagster|prefect|dbt)-./.exec(
      name,
    )?.[1];
  const known = BRINGS.get(name) ?? [];
  if (framework === undefined) return known;
  return [...known, framework === "dbt" ? "dbt-core" : framework.replace("-providers", "")];
}
