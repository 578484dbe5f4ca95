/** Modules that come without being declared: with the program that runs the code, or with an image. */
const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/**
 * Modules that only exist inside the program or device that the code is written for: Blender, Maya, Houdini, editors,
 * debuggers, Pyodide, MicroPython, uWSGI, Databricks, Colab…
 */
const HOSTS: ReadonlySet<string> = new Set(
  words(`bpy bmesh mathutils bpy_extras bgl blf gpu_extras maya pymel hou c4d nuke unreal unreal_engine sublime
    sublime_plugin vim nvim gdb lldb idaapi idautils idc ida_kernwin ida_funcs binaryninja ghidra java javax burp xbmc
    xbmcgui xbmcaddon xbmcplugin xbmcvfs js pyodide pyodide_js pyscript micropython machine utime uasyncio ubinascii
    uos usocket ustruct urequests network neopixel framebuf microcontroller rp2 esp esp32 pyb uwsgi uwsgidecorators
    gimpfu gimp gimpenums inkex bge aqt anki krita iterm2 ulauncher pcbnew FreeCAD FreeCADGui scribus renpy
    nukescripts MaxPlus pymxs qgis dbutils awsglue hexchat weechat apport apt apt_pkg dnf rpm rhinoscriptsyntax adsk
    jython org com`),
);

/** Whether a top-level module is one of those. */
export const isProvided = (top: string): boolean => HOSTS.has(top);

/** Images whose name says what they hold beside Python: pattern to distributions. */
const IMAGES: readonly (readonly [pattern: RegExp, distributions: readonly string[]])[] = [
  [
    /airflow|astro-runtime|astronomer/,
    words(
      "apache-airflow apache-airflow-* sqlalchemy pendulum flask jinja2 requests python-dateutil pytz croniter tenacity attrs marshmallow jsonschema cryptography httpx packaging pyyaml markupsafe werkzeug click rich psutil setproctitle",
    ),
  ],
  [
    // What the extras of the official image bring: https://airflow.apache.org/docs/docker-stack/
    /apache\/airflow:(?!slim)/,
    words(
      "numpy pandas pyarrow psycopg2-binary mysqlclient redis celery kubernetes boto3 botocore docker elasticsearch paramiko sshtunnel hvac statsd aiohttp google-auth google-api-core google-api-python-client google-cloud-* slack-sdk sendgrid snowflake-connector-python pyodbc azure-*",
    ),
  ],
  [/uvicorn-gunicorn-fastapi/, words("fastapi uvicorn gunicorn starlette pydantic")],
  [/uvicorn-gunicorn-starlette/, words("starlette uvicorn gunicorn")],
  [/uvicorn-gunicorn/, words("uvicorn gunicorn")],
  [/uwsgi-nginx-flask|meinheld-gunicorn-flask/, words("flask werkzeug jinja2 gunicorn")],
  [/aws-lambda|lambda\/python/, words("boto3 botocore s3transfer python-dateutil urllib3 jmespath six")],
  [/pytorch/, words("torch torchvision torchaudio numpy")],
  [/tensorflow/, words("tensorflow keras numpy tensorboard")],
  [/jax/, words("jax jaxlib numpy")],
  [/pyspark|apache\/spark|bitnami\/spark|spark-py/, words("pyspark py4j numpy")],
  [
    /(?:scipy|datascience|tensorflow|pytorch|pyspark|all-spark|minimal|base)-notebook/,
    words(
      "numpy scipy pandas matplotlib seaborn scikit-learn sympy statsmodels jupyter notebook ipython ipywidgets bokeh dask",
    ),
  ],
  [
    /anaconda3?(?:$|[:@])/,
    words(
      "numpy scipy pandas matplotlib seaborn scikit-learn sympy statsmodels jupyter requests flask sqlalchemy lxml pillow pyyaml bokeh dask numba h5py beautifulsoup4",
    ),
  ],
  [/kaggle/, words("numpy pandas scipy scikit-learn matplotlib tensorflow torch")],
  [/dagster/, words("dagster dagster-* pendulum")],
  [/prefect/, words("prefect")],
  [/superset/, words("apache-superset flask flask-appbuilder sqlalchemy")],
  [/odoo/, words("odoo psycopg2 lxml werkzeug")],
  [/home-?assistant/, words("homeassistant voluptuous")],
  [/gcr\.io\/google[-.]appengine|functions-framework/, words("functions-framework flask")],
  [/azure-functions/, words("azure-functions azure-functions-worker")],
  [/playwright/, words("playwright")],
  [/dbt/, words("dbt-core dbt-*")],
];

/** Distributions that an image brings along; a `*` at the end stands for anything. */
export const suppliedByImage = (image: string): string[] =>
  IMAGES.flatMap(([pattern, distributions]) => (pattern.test(image.toLowerCase()) ? distributions : []));

/** Whether a list of distributions, some of them with a `*` at the end, names one. */
export const namesDistribution = (list: readonly string[], distribution: string): boolean =>
  list.some((each) =>
    each.endsWith("*") ? distribution.startsWith(each.slice(0, -1)) : each === distribution,
  );
