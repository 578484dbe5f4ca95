import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import {
  bySeverity,
  DANGEROUS_CODES,
  type DangerousCall,
  findDangerousCalls,
} from "../../src/project/dangerous-calls.ts";

const list = (calls: readonly DangerousCall[]): string =>
  calls
    .slice(0, 3)
    .map(({ callee, module, line }) => `${callee} at ${module.path}:${line}`)
    .join(", ");

export default defineRule({
  id: "dangerous-calls-avoided",
  category: "security",
  severity: "high",
  kinds: "all",
  blocker: true,
  alwaysApplies: true,
  title: "No shell, eval or unpickling is fed from outside",
  why: "Whoever chooses the text that reaches a shell, `eval`, `pickle` or an unsafe YAML loader runs code as your service.",
  fix: 'Pass arguments as a list, parse data with a format that cannot run code, and quote where a shell is needed:\n\n```python\nsubprocess.run(["convert", source, target], check=True)  # no shell\nvalue = ast.literal_eval(text)                           # not eval\ndata = yaml.safe_load(stream)                            # not yaml.load\n```',
  checklist: ["001-18"],
  question: "Can anyone but the operator choose what reaches these calls?",
  ruff: DANGEROUS_CODES,
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "import yaml\nfrom yaml import BaseLoader\n\n\ndef read(stream):\n    return yaml.load(stream, Loader=yaml.BaseLoader) or yaml.load(stream, Loader=BaseLoader)\n",
        },
        says: "2 calls that could be dangerous are harmless",
        note: "PyYAML's loader of texts, which makes no objects of tags.",
      },
      {
        files: {
          "views.py":
            "from flask import render_template\n\n\ndef page(name):\n    return render_template(name, shell=True)\n",
        },
        says: "No dangerous call",
        note: "A template's value is no shell.",
      },
      {
        files: {
          "read.py":
            "import yaml\n\n\nclass StrictLoader(yaml.SafeLoader):\n    pass\n\n\ndef read(stream):\n    return yaml.load(stream, Loader=StrictLoader)\n",
        },
        says: "1 call that could be dangerous is harmless",
        at: "read.py:9",
        note: "A loader made of the safe one.",
      },
      {
        files: { "app.py": 'import subprocess\n\nsubprocess.run(["ls", "-l"], check=True)\n' },
        says: "No dangerous call was found.",
      },
      {
        files: { "app.py": "import os\n\nos.system('cls' if os.name == 'nt' else 'clear')\n" },
        says: "1 call that could be dangerous is given constants only",
        at: "app.py:3",
        note: "A constant command can be chosen by nobody.",
      },
      {
        files: { "copy.py": "import pickle\n\ndef clone(x):\n    return pickle.loads(pickle.dumps(x))\n" },
        says: "given constants only",
        at: "copy.py:4",
      },
      {
        files: {
          "load.py":
            "import yaml, ast\n\ndef read(f):\n    return yaml.safe_load(f), ast.literal_eval('1')\n",
        },
        says: "No dangerous call",
      },
    ],
    fail: [
      {
        files: {
          "fetch.py":
            'import subprocess\nfrom urllib.parse import quote\n\n\ndef address(path):\n    return quote(path)\n\n\ndef convert(source, target):\n    cmd = \'pandoc -o "{0}" "{1}"\'.format(target, source)\n    subprocess.call(cmd, shell=True)\n',
        },
        says: "1 dangerous call is fed from outside: subprocess.call",
        at: "fetch.py:11",
        note: "What is quoted for an address is not quoted for a shell.",
      },
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\nfrom pricing import price\n\napp = Flask(__name__)\n\n\n@app.post("/price")\ndef post():\n    return str(price(2, request.json["rule"]))\n',
          "pricing.py": "def price(count, rule):\n    return count * eval(rule)\n",
        },
        says: "eval at pricing.py:2",
        at: "pricing.py:2",
        note: "Another module hands on what it is sent.",
      },
      {
        files: {
          "app.py":
            'import base64\nimport pickle\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get("/x")\ndef x():\n    return pickle.loads(base64.b64decode(request.cookies["state"]))\n',
        },
        says: "pickle.loads at app.py:11",
        at: "app.py:11",
        note: "Another form of what comes from outside.",
      },
      {
        files: {
          "jobs.py":
            "import subprocess\n\nOPTIONS = {'shell': True, 'check': True}\n\n\ndef convert(name):\n    subprocess.run(['sh', '-c', f'convert {name}'], check=True)\n    subprocess.run('convert ' + name, **OPTIONS)\n",
        },
        says: "2 dangerous calls are fed from outside",
        at: "jobs.py:7",
      },
      {
        files: {
          Procfile: "web: gunicorn app:app\n",
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get("/evaluate")\ndef evaluate():\n    return str(eval(request.args["q"], {"__builtins__": {}}))\n',
        },
        says: "eval at app.py:8",
        at: "app.py:8",
        note: "A place made for code, and anybody may send it some.",
      },
      {
        files: {
          "check.py":
            "import yaml\n\nfrom lib import session_with_retries\n\n\ndef check():\n    resp = session_with_retries().get(URL)\n    return yaml.load(resp.content, Loader=yaml.Loader)\n",
        },
        says: "yaml.load at check.py:8",
        at: "check.py:8",
        note: "Another machine wrote it.",
      },
      {
        files: {
          "load.py":
            "import requests\n\n\ndef download():\n    return requests.get('https://api.example.org', timeout=9)\n\n\ndef clean(text):\n    return text.replace('null', 'None')\n\n\ndef main():\n    answer = download()\n    json_string = clean(answer.text)\n    return eval(json_string)\n",
        },
        says: "eval",
        at: "load.py:15",
        kind: "pipeline",
        note: "The answer has passed through a function.",
      },
      {
        files: {
          "app.py":
            'import os\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n@app.get("/ping")\ndef ping():\n    os.system("ping -c1 " + request.args["host"])\n    return "ok"\n',
        },
        says: "1 dangerous call is fed from outside: os.system at app.py:8",
        at: "app.py:8",
      },
      {
        files: {
          "media.py":
            "import subprocess\n\ndef convert(name):\n    command = f'ffmpeg -i {name} out.mp4'\n    subprocess.run(command, shell=True)\n",
        },
        says: "subprocess.run at media.py:5",
        at: "media.py:5",
      },
      {
        files: { "calc.py": 'print(eval(input("Expression: ")))\n' },
        says: "eval at calc.py:1",
        at: "calc.py:1",
      },
      {
        files: {
          "jobs.py":
            'import asyncio\n\nasync def run(branch):\n    await asyncio.create_subprocess_shell(f"git checkout {branch}")\n',
        },
        says: "asyncio.create_subprocess_shell",
        at: "jobs.py:4",
        note: "Ruff does not know this one.",
      },
      {
        files: {
          "getter.py":
            "import subprocess\n\n\ndef execute(command, timeout=30, shell=True):\n    with subprocess.Popen(command, shell=shell) as process:\n        return process.communicate(timeout=timeout)\n\n\ndef fetch(url):\n    command = f'getter \"{url}\"'\n    return execute(command, timeout=9)\n",
        },
        says: "subprocess.Popen at getter.py:5",
        at: "getter.py:5",
        note: "A shell where nobody forbids it.",
      },
    ],
    partial: [
      {
        files: { "settings.py": "import os\n\nDEBUG = eval(os.environ['DEBUG'])\n" },
        says: "1 call may be dangerous, depending on who chooses the input: eval at settings.py:3",
        at: "settings.py:3",
      },
      {
        files: {
          "load.py":
            "import yaml\n\n\ndef load(path):\n    with open(path) as file:\n        return list(yaml.load_all(file, Loader=yaml.UnsafeLoader)) + [yaml.unsafe_load(file)]\n",
        },
        says: "2 calls may be dangerous",
        at: "load.py:6",
        note: "Ruff does not know these.",
      },
      {
        files: {
          "cache.py":
            "import pickle\n\n\ndef load(path):\n    with open(path, 'rb') as r:\n        return pickle.loads(r.read())\n",
        },
        says: "1 call may be dangerous, depending on who chooses the input: pickle.loads at cache.py:6",
        at: "cache.py:6",
        note: "By its letter it might be an answer, and is a file.",
      },
      {
        files: {
          "schemas.py":
            "from pathlib import Path\n\nimport yaml\n\nSCHEMA = '{a: 1}'\n\n\ndef read(name):\n    path = Path(__file__).parent / name\n    with path.open() as file:\n        return yaml.load(file, Loader=yaml.Loader)\n\n\nOWN = yaml.load(SCHEMA, Loader=yaml.Loader)\n",
        },
        says: "1 call may be dangerous, depending on who chooses the input: yaml.load at schemas.py:11",
        at: "schemas.py:11",
        note: "Who names a file need not have written it; a constant was written here.",
      },
      {
        files: {
          "hook.py":
            "import os, shlex\n\ndef notify(template, name):\n    os.system(template.replace('$NAME', shlex.quote(name)))\n",
        },
        says: "1 call may be dangerous",
        at: "hook.py:4",
        note: "An intended, quoted call.",
      },
      {
        files: {
          "model.py":
            'import pickle\n\nwith open("model.pkl", "rb") as file:\n    model = pickle.load(file)\n',
        },
        says: "pickle.load at model.py:4",
        at: "model.py:4",
      },
      {
        files: {
          "config.py":
            "def from_pyfile(path):\n    values = {}\n    with open(path) as file:\n        exec(compile(file.read(), path, 'exec'), values)\n    return values\n",
        },
        says: "exec at config.py:4",
        at: "config.py:4",
        note: "Running the user's own configuration is what this place is for.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const calls = findDangerousCalls(project).sort(bySeverity);
    const of = (verdict: DangerousCall["verdict"]) => calls.filter((one) => one.verdict === verdict);
    const [confirmed, doubtful, harmless] = [of("confirmed"), of("doubtful"), of("harmless")];
    const evidence = calls.map(({ module, line, callee, why }) => module.at(line, `${callee}: ${why}`));
    if (confirmed.length > 0) {
      const are = confirmed.length === 1 ? "1 dangerous call is" : `${confirmed.length} dangerous calls are`;
      return fail(`${are} fed from outside: ${list(confirmed)}.`, evidence);
    }
    if (doubtful.length > 0) {
      const may = doubtful.length === 1 ? "1 call" : `${doubtful.length} calls`;
      return partial(
        `${may} may be dangerous, depending on who chooses the input: ${list(doubtful)}.`,
        evidence,
      );
    }
    if (harmless.length === 0) return pass("No dangerous call was found.");
    const are =
      harmless.length === 1
        ? "1 call that could be dangerous is"
        : `${harmless.length} calls that could be dangerous are`;
    const how = harmless.every(({ why }) => !/loader/.test(why)) ? "given constants only" : "harmless";
    return pass(`${are} ${how}: ${list(harmless)}.`, evidence);
  },
});
