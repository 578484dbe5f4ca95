/**
 * Import names whose distributions are called differently: one a line, the import first, then the distributions that
 * provide it, the usual one first. A dotted import holds for itself and all below it. Top-level names that
 * only differ by case or by `_` for `-` are not listed.
 */
export const DISTRIBUTION_TABLE = `
_distutils_hack setuptools
_pytest pytest
_yaml pyyaml
absl absl-py
acme dm-acme acme
acoustid pyacoustid
actstream django-activity-stream
admin_honeypot django-admin-honeypot
adminsortable django-admin-sortable
adminsortable2 django-admin-sortable2
aiml python-aiml
airflow apache-airflow apache-airflow-core
airflow.providers apache-airflow
airtable airtable-python-wrapper
aliyunsdkcore aliyun-python-sdk-core
aliyunsdkecs aliyun-python-sdk-ecs
allauth django-allauth
alpaca alpaca-py
analytics analytics-python segment-analytics-python
ansible ansible-core ansible
antlr4 antlr4-python3-runtime
anymail django-anymail
apiclient google-api-python-client
AppKit pyobjc pyobjc-framework-cocoa
apt python-apt
arango python-arango
argon2 argon2-cffi
asn1 asn1 python-asn1
atlassian atlassian-python-api
attr attrs
auditlog django-auditlog
augeas python-augeas
auth0 auth0-python
autofixture django-autofixture
autogen pyautogen autogen-agentchat ag2
autoslug django-autoslug
avro avro avro-python3
aws_cdk aws-cdk-lib aws-cdk-core
awsglue aws-glue-libs
axes django-axes
azure.batch azure-batch
azure.cognitiveservices.speech azure-cognitiveservices-speech
azure.common azure-common
azure.core azure-core
azure.cosmos azure-cosmos
azure.cosmosdb azure-cosmosdb-table
azure.data.tables azure-data-tables
azure.devops azure-devops
azure.durable_functions azure-functions-durable
azure.eventgrid azure-eventgrid
azure.eventhub azure-eventhub
azure.functions azure-functions
azure.graphrbac azure-graphrbac
azure.identity azure-identity
azure.iot azure-iot-device azure-iot-hub
azure.kusto azure-kusto-data
azure.ml azure-ai-ml azureml-core
azure.monitor azure-monitor-opentelemetry azure-monitor-query azure-monitor-ingestion
azure.monitor.opentelemetry.exporter azure-monitor-opentelemetry-exporter
azure.search azure-search-documents
azure.servicebus azure-servicebus
azure.storage.blob azure-storage-blob
azure.storage.filedatalake azure-storage-file-datalake
azure.storage.fileshare azure-storage-file-share
azure.storage.queue azure-storage-queue
azureml.core azureml-core
barcode python-barcode
binance python-binance binance-connector
Bio biopython
bluetooth pybluez
board adafruit-blinka
bootstrap3 django-bootstrap3
bootstrap4 django-bootstrap4
bootstrap5 django-bootstrap5
bootstrap_datepicker_plus django-bootstrap-datepicker-plus
bootstrap_modal_forms django-bootstrap-modal-forms
botocore botocore boto3
bs4 beautifulsoup4
bson pymongo bson
bugzilla python-bugzilla
busio adafruit-blinka
cachalot django-cachalot
cacheops django-cacheops
cairo pycairo
camelot camelot-py
can python-can
captcha django-simple-captcha django-recaptcha captcha
cas python-cas
cassandra cassandra-driver scylla-driver
cattr cattrs
cfnlint cfn-lint
Cheetah ct3 cheetah3
chess chess python-chess
chunked_upload django-chunked-upload
ckeditor django-ckeditor
ckeditor_uploader django-ckeditor
classytags django-classy-tags
clear_cache django-clear-cache
cloudinary_storage django-cloudinary-storage
cms django-cms
Cocoa pyobjc pyobjc-framework-cocoa
colorfield django-colorfield
community python-louvain
compressor django-compressor
configurations django-configurations
consolemenu console-menu
constance django-constance
constraint python-constraint
consul python-consul python-consul2
cookie_consent django-cookie-consent
corsheaders django-cors-headers
creole python-creole
crispy_forms django-crispy-forms
crontab python-crontab crontab
Crypto pycryptodome pycrypto
Cryptodome pycryptodomex
csp django-csp
cups pycups
cupy cupy cupy-cuda11x cupy-cuda12x cupy-cuda13x
curl pycurl
cv cv opencv-python
cv2 opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless
daemon python-daemon
dal django-autocomplete-light
dal_select2 django-autocomplete-light
databricks databricks-sdk databricks-sql-connector databricks-connect
databricks.connect databricks-connect
databricks.koalas koalas
databricks.sdk databricks-sdk
databricks.sql databricks-sql-connector
dateutil python-dateutil
dbbackup django-dbbackup
dbt dbt-core
dbus dbus-python
ddf django-dynamic-fixture
deb822 python-debian
debian python-debian
debug_toolbar django-debug-toolbar
decouple python-decouple
delta delta-spark
dialog pythondialog
digitalio adafruit-blinka
digitalocean python-digitalocean
dirtyfields django-dirtyfields
discord discord-py py-cord discord nextcord
django_filters django-filter
djcelery django-celery
djgeojson django-geojson
djmoney django-money
djqscsv django-queryset-csv djqscsv
djstripe dj-stripe
dkim dkimpy
DNS py3dns
dns dnspython
docker docker docker-py
docopt docopt docopt-ng
docx python-docx
dogpile dogpile-cache
dot_parser pydot
dotenv python-dotenv
drf_yasg drf-yasg drf-yasg2
dwave dwave-ocean-sdk
easybuild easybuild-framework
editor python-editor
ee earthengine-api
elasticapm elastic-apm
elftools pyelftools
embed_video django-embed-video
enchant pyenchant
cld2 cld2-cffi pycld2
flask_security flask-security flask-security-too
hunspell cyhunspell hunspell
iotdb apache-iotdb
metadata openmetadata-ingestion
preset_cli preset-cli superset-sup
pydantic_ai pydantic-ai pydantic-ai-slim
py3votecore python3-vote-core
sedona apache-sedona
temporal temporal-python-sdk
encrypted_fields django-fernet-encrypted-fields django-searchable-encrypted-fields
engineio python-engineio
environ django-environ environ-config
escpos python-escpos
etcd python-etcd
extra_views django-extra-views
ez_setup setuptools
facebook facebook-sdk
factory factory-boy
faiss faiss-cpu faiss-gpu faiss-gpu-cu12
favicon django-favicon
fbprophet fbprophet prophet
ffmpeg ffmpeg-python
filer django-filer
firebase python-firebase firebase
fitz pymupdf
fivetran_provider_async airflow-provider-fivetran-async
flask_bootstrap flask-bootstrap bootstrap-flask
flask_uploads flask-uploads flask-reuploaded
flaskext flask
fluent_contents django-fluent-contents
followit django-followit
formtools django-formtools
Foundation pyobjc pyobjc-framework-cocoa
freetype freetype-py
friendship django-friendship
frontmatter python-frontmatter
functional pyfunctional
fuse fusepy fuse-python
generic_relations rest-framework-generic-relations
genericm2m django-generic-m2m
geohash python-geohash
geolite2 maxminddb-geolite2
geventwebsocket gevent-websocket
gflags python-gflags
gi pygobject
git gitpython
github pygithub
github3 github3-py
gitlab python-gitlab
gnupg python-gnupg gnupg
google proto-plus protobuf google
google.adk google-adk
google.ads google-ads
google.ai google-ai-generativelanguage google-generativeai
google.analytics google-analytics-data google-analytics-admin
google.api googleapis-common-protos
google.api_core google-api-core
google.appengine appengine-python-standard
google.auth google-auth
google.cloud.aiplatform google-cloud-aiplatform
google.cloud.alloydb google-cloud-alloydb-connector google-cloud-alloydb
google.cloud.binaryauthorization google-cloud-binary-authorization
google.cloud.client google-cloud-core
google.cloud.devtools google-cloud-build
google.cloud.dialogflow google-cloud-dialogflow
google.cloud.dialogflow_v2 google-cloud-dialogflow
google.cloud.environment_vars google-cloud-core
google.cloud.errorreporting google-cloud-error-reporting
google.cloud.exceptions google-cloud-core
google.cloud.functions_v1 google-cloud-functions
google.cloud.iam_credentials_v1 google-cloud-iam
google.cloud.logging_v2 google-cloud-logging
google.cloud.ndb google-cloud-ndb
google.cloud.opentelemetry opentelemetry-exporter-gcp-trace opentelemetry-exporter-gcp-monitoring
google.cloud.pubsub google-cloud-pubsub
google.cloud.pubsub_v1 google-cloud-pubsub
google.cloud.recaptchaenterprise google-cloud-recaptcha-enterprise
google.cloud.recaptchaenterprise_v1 google-cloud-recaptcha-enterprise
google.cloud.resourcemanager google-cloud-resource-manager
google.cloud.resourcemanager_v3 google-cloud-resource-manager
google.cloud.run_v2 google-cloud-run
google.cloud.scheduler_v1 google-cloud-scheduler
google.cloud.secretmanager google-cloud-secret-manager
google.cloud.secretmanager_v1 google-cloud-secret-manager
google.cloud.secretmanager_v1beta1 google-cloud-secret-manager
google.cloud.sql cloud-sql-python-connector
google.cloud.tasks_v2 google-cloud-tasks
google.cloud.tasks_v2beta3 google-cloud-tasks
google.colab google-colab
google.genai google-genai
google.generativeai google-generativeai
google.iam grpc-google-iam-v1
google.logging googleapis-common-protos
google.longrunning googleapis-common-protos
google.oauth2 google-auth
google.protobuf protobuf
google.resumable_media google-resumable-media
google.rpc googleapis-common-protos
google.type googleapis-common-protos
googleapiclient google-api-python-client
graphql graphql-core
graphql_jwt django-graphql-jwt
grappelli django-grappelli
gremlin_python gremlinpython
gridfs pymongo
grpc grpcio
grpc_channelz grpcio-channelz
grpc_health grpcio-health-checking
grpc_reflection grpcio-reflection
grpc_status grpcio-status
grpc_testing grpcio-testing
grpc_tools grpcio-tools
gslib gsutil
guardian django-guardian
haiku dm-haiku
hamcrest pyhamcrest
hashid_field django-hashid-field
haystack django-haystack
hcaptcha django-hcaptcha
health_check django-health-check
hid hidapi hid
hijack django-hijack
hitcount django-hitcount
htmlmin django-htmlmin
hubspot hubspot-api-client
hvad django-hvad
hydra hydra-core
ignite pytorch-ignite
igraph igraph python-igraph
imagekit django-imagekit imagekitio
imblearn imbalanced-learn
imdb cinemagoer imdbpy
impala impyla
impersonate django-impersonate
import_export django-import-export
intercom python-intercom
invitations django-invitations
jazzmin django-jazzmin
jenkins python-jenkins
jet django-jet django-jet-reboot
jks pyjks
jnius pyjnius
jose python-jose
jpype jpype1
js pyodide-py
jsonfield jsonfield django-jsonfield
jwt pyjwt
kafka kafka-python kafka-python-ng
keras keras tensorflow
kerberos kerberos winkerberos
kernprof line-profiler
keystoneclient python-keystoneclient
knox django-rest-knox
langchain_core langchain-core langchain
lark lark lark-parser
ldap python-ldap
ldapurl python-ldap
ldclient launchdarkly-server-sdk
leaflet django-leaflet
Levenshtein levenshtein python-levenshtein rapidfuzz
libcloud apache-libcloud
libfuturize future
libpasteurize future
lightgbm lightgbm lightgbm-gpu
lightning lightning pytorch-lightning
lightning_fabric lightning-fabric lightning
linebot line-bot-sdk
linkify_it linkify-it-py
llama_cpp llama-cpp-python
llama_index llama-index llama-index-core
llama_index.core llama-index-core llama-index
localflavor django-localflavor
logentry_admin django-logentry-admin
logstash python-logstash python3-logstash
logstash_async python-logstash-async
lxml lxml lxml-html-clean
lzo python-lzo
magic python-magic python-magic-bin
maintenance_mode django-maintenance-mode
markdown_it markdown-it-py
markdownx django-markdownx
mass_edit django-mass-edit
mathfilters django-mathfilters
matlab matlabengine
mdx_gfm py-gfm
mega mega-py
memcache python-memcached python3-memcached
menu django-simple-menu
mesonpy meson-python
meta django-meta
migrate sqlalchemy-migrate
miio python-miio
mlflow mlflow mlflow-skinny
model_utils django-model-utils
modelcluster django-modelcluster
modeltranslation django-modeltranslation
moneyed py-moneyed
mpl_toolkits matplotlib
mpl_toolkits.basemap basemap
mptt django-mptt
mpv python-mpv mpv
msgraph msgraph-sdk
multipart python-multipart multipart
multiselectfield django-multiselectfield
mypyc mypy
mysql mysql-connector-python mysql-connector
MySQLdb mysqlclient mysql-python
nacl pynacl
nats nats-py
nested_admin django-nested-admin
newsletter django-newsletter
newspaper newspaper3k newspaper4k
ninja django-ninja ninja
nmap python-nmap
nomad python-nomad
notifications django-notifications-hq
novaclient python-novaclient
oauth2_provider django-oauth-toolkit
odf odfpy
ogr gdal
onelogin python3-saml
onnxruntime onnxruntime onnxruntime-gpu onnxruntime-directml
OpenGL pyopengl
OpenGL_accelerate pyopengl-accelerate
opensearchpy opensearch-py
OpenSSL pyopenssl
openstack openstacksdk
opentelemetry opentelemetry-api
opentelemetry.exporter.cloud_monitoring opentelemetry-exporter-gcp-monitoring
opentelemetry.exporter.cloud_trace opentelemetry-exporter-gcp-trace
opentelemetry.exporter.otlp opentelemetry-exporter-otlp opentelemetry-exporter-otlp-proto-grpc
opentelemetry.exporter.otlp.proto.grpc opentelemetry-exporter-otlp-proto-grpc opentelemetry-exporter-otlp
opentelemetry.exporter.otlp.proto.http opentelemetry-exporter-otlp-proto-http opentelemetry-exporter-otlp
opentelemetry.propagators.aws opentelemetry-propagator-aws-xray
opentelemetry.propagators.b3 opentelemetry-propagator-b3
opentelemetry.proto opentelemetry-proto
opentelemetry.sdk opentelemetry-sdk
opentelemetry.semconv opentelemetry-semantic-conventions
opentelemetry.semconv_ai opentelemetry-semantic-conventions-ai
optimizely optimizely-sdk
ordered_model django-ordered-model
organizations django-organizations
osgeo gdal pygdal
osgeo_utils gdal pygdal
osr gdal
paho paho-mqtt
pam python-pam
parler django-parler
past future
patoolib patool
payments django-payments
paypal django-paypal paypalrestsdk
pdfminer pdfminer-six pdfminer
pghistory django-pghistory
pgtrigger django-pgtrigger
pydantic2ts pydantic-to-typescript pydantic-to-typescript2
registration django-registration-redux django-registration
translate translate-toolkit translate
phonenumber_field django-phonenumber-field
picklefield django-picklefield
PIL pillow pillow-simd
pinecone pinecone pinecone-client
pipeline django-pipeline
pkg_resources setuptools
plaid plaid-python
playhouse peewee
png pypng
polars polars polars-lts-cpu
polymorphic django-polymorphic
post_office django-post-office
pptx python-pptx
prestodb presto-python-client
profanity_check profanity-check alt-profanity-check
progressbar progressbar2 progressbar33 progressbar
proton python-qpid-proton
psqlextra django-postgres-extra
psycopg psycopg psycopg-binary
psycopg2 psycopg2 psycopg2-binary psycopg2cffi
pulsar pulsar-client
pure_pagination django-pure-pagination
puresasl pure-sasl
push_notifications django-push-notifications
pwn pwntools
py py pytest
pycrfsuite python-crfsuite
pydispatch pydispatcher pypydispatcher
pyflink apache-flink
pygame pygame pygame-ce
pygraph python-graph-core
pyhap hap-python
pylab matplotlib
pylsp python-lsp-server
pynvml nvidia-ml-py pynvml nvidia-ml-py3
pyodide pyodide-py
pypandoc pypandoc pypandoc-binary
pyrebase pyrebase4 pyrebase
PySide6 pyside6 pyside6-essentials
pysnmp pysnmp pysnmp-lextudio
pyspark pyspark databricks-connect
pythoncom pywin32 pypiwin32
pythonjsonlogger python-json-logger
pyVim pyvmomi
pywintypes pywin32 pypiwin32
pyximport cython
qfluentwidgets pyside6-fluent-widgets pyqt6-fluent-widgets pyqt-fluent-widgets pyside2-fluent-widgets
qframelesswindow pysidesix-frameless-window pyqt6-frameless-window pyqt5-frameless-window
qpid_proton python-qpid-proton
qr_code django-qr-code
Quartz pyobjc pyobjc-framework-quartz
queryset_sequence django-querysetsequence
quickbooks python-quickbooks
rangefilter django-admin-rangefilter
ratelimit ratelimit django-ratelimit
rdkit rdkit rdkit-pypi
readability readability-lxml
recurrence django-recurrence
rediscluster redis-py-cluster
request_id django-request-id
rest_auth django-rest-auth
rest_framework djangorestframework
rest_framework_api_key djangorestframework-api-key
rest_framework_csv djangorestframework-csv
rest_framework_datatables djangorestframework-datatables
rest_framework_extensions drf-extensions
rest_framework_filters djangorestframework-filters
rest_framework_gis djangorestframework-gis
rest_framework_jwt djangorestframework-jwt drf-jwt
rest_framework_mongoengine django-rest-framework-mongoengine
rest_framework_nested drf-nested-routers
rest_framework_recursive djangorestframework-recursive
rest_framework_serializer_extensions djangorestframework-serializer-extensions
rest_framework_simplejwt djangorestframework-simplejwt
rest_framework_social_oauth2 django-rest-framework-social-oauth2
rest_framework_swagger django-rest-swagger
rest_framework_tracking drf-tracking
rest_framework_xml djangorestframework-xml
rest_framework_yaml djangorestframework-yaml
rest_polymorphic django-rest-polymorphic
reversion django-reversion
robot robotframework
robots django-robots
rosetta django-rosetta
RPi rpi-gpio rpi-lgpio
rpy2 rpy2 rpy2-rinterface
ruamel ruamel-yaml
ruamel.yaml ruamel-yaml
safedelete django-safedelete
sage sagemath
saml2 pysaml2
samtranslator aws-sam-translator
sass libsass
sass_processor django-sass-processor
sassutils libsass
scss pyscss
secure_input django-secure-input
segment segment-analytics-python
sekizai django-sekizai
select2 django-select2
seleniumwire selenium-wire
serial pyserial
serial_asyncio pyserial-asyncio
sesame django-sesame
session_security django-session-security
shapefile pyshp
shopify shopifyapi
signalr signalrcore
silk django-silk
simple_history django-simple-history
singer singer-python
sitetree django-sitetree
skbio scikit-bio
skbuild scikit-build
skfuzzy scikit-fuzzy
skimage scikit-image
sklearn scikit-learn
skmultilearn scikit-multilearn
skopt scikit-optimize
sksurv scikit-survival
slack slackclient slack-sdk
slugify python-slugify unicode-slugify awesome-slugify
smartcard pyscard
smbus smbus smbus-cffi smbus2
smi pysmi
snappy python-snappy
snowflake snowflake-connector-python snowflake-snowpark-python
snowflake.connector snowflake-connector-python
snowflake.core snowflake
snowflake.ml snowflake-ml-python
snowflake.snowpark snowflake-snowpark-python
snowflake.sqlalchemy snowflake-sqlalchemy
social_core social-auth-core
social_django social-auth-app-django
socketio python-socketio
socks pysocks
sockshandler pysocks
softdelete django-softdelete
solo django-solo
sonnet dm-sonnet
sorl sorl-thumbnail
sortedm2m django-sortedm2m
speech_recognition speechrecognition
speedtest speedtest-cli
split_settings django-split-settings
stan pystan
statemachine python-statemachine
stdnum python-stdnum
Stemmer pystemmer
stomp stomp-py
storages django-storages
strawberry strawberry-graphql
strawberry_django strawberry-graphql-django
suds suds-community suds suds-jurko
suit django-suit
swagger_ui swagger-ui-py
swiftclient python-swiftclient
systemd systemd-python cysystemd
tabix pytabix
tabula tabula-py
tagging django-tagging
taggit django-taggit
talib ta-lib
tango pytango
tastypie django-tastypie
telebot pytelegrambotapi
telegram python-telegram-bot
tenant_schemas django-tenant-schemas
tencentcloud tencentcloud-sdk-python
tensorflow tensorflow tensorflow-cpu tensorflow-gpu tensorflow-macos tensorflow-intel tf-nightly
tensorflow.keras tensorflow tensorflow-cpu tensorflow-gpu keras
test_plus django-test-plus
thriftpy thriftpy thriftpy2
tidylib pytidylib
timepiece django-timepiece
timezone_field django-timezone-field
tinymce django-tinymce
tlslite tlslite-ng
todoist todoist-python todoist-api-python
torch torch pytorch
tortoise tortoise-orm
tracking django-tracking2
translation_manager django-translation-manager
treebeard django-treebeard
trello py-trello
tvm apache-tvm
twitter python-twitter
two_factor django-two-factor-auth
umap umap-learn
unfold django-unfold
unidecode unidecode text-unidecode
upath universal-pathlib
usb pyusb
usb1 libusb1
user_sessions django-user-sessions
uuid_extensions uuid7
uwsgidecorators uwsgi uwsgidecorators
validate configobj validate
vcr vcrpy
versatileimagefield django-versatileimagefield
vertexai google-cloud-aiplatform
view_breadcrumbs django-view-breadcrumbs
viewflow django-viewflow
vlc python-vlc
vt vt-py
waffle django-waffle
wallet wallet-py3k wallet
watson django-watson ibm-watson
weaviate weaviate-client
web web-py web3
webpack_loader django-webpack-loader
webrtcvad webrtcvad webrtcvad-wheels
websocket websocket-client
webview pywebview
whisper openai-whisper
whois python-whois whois
widget_tweaks django-widget-tweaks
wikipediaapi wikipedia-api
win32api pywin32 pypiwin32
win32clipboard pywin32 pypiwin32
win32com pywin32 pypiwin32
win32con pywin32 pypiwin32
win32crypt pywin32 pypiwin32
win32event pywin32 pypiwin32
win32evtlogutil pywin32 pypiwin32
win32file pywin32 pypiwin32
win32gui pywin32 pypiwin32
win32pipe pywin32 pypiwin32
win32print pywin32 pypiwin32
win32process pywin32 pypiwin32
win32security pywin32 pypiwin32
win32service pywin32 pypiwin32
win32serviceutil pywin32 pypiwin32
win32ui pywin32 pypiwin32
winrm pywinrm
wkhtmltopdf django-wkhtmltopdf
wordpress_xmlrpc python-wordpress-xmlrpc
wx wxpython
xattr xattr pyxattr
xdg pyxdg xdg
xdist pytest-xdist
xgboost xgboost xgboost-cpu
Xlib python-xlib
xmpp xmpppy
yaml pyyaml
yara yara-python
yoyo yoyo-migrations
z3 z3-solver
zipline zipline-reloaded zipline
zmq pyzmq
`;
