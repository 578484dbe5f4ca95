import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { findUnverified, UNVERIFIED_CODES } from "../../src/project/unverified-tls.ts";

export default defineRule({
  id: "tls-verified",
  category: "security",
  severity: "high",
  kinds: "all",
  alwaysApplies: true,
  blocker: true,
  title: "Certificates are verified",
  why: "Without verification, anyone on the way can read and change what is sent, passwords included.",
  fix: 'Remove `verify=False`. For a private authority, name its certificate:\n\n```python\nhttpx.Client(verify=ssl.create_default_context(cafile="/etc/ssl/company.pem"))\n```',
  checklist: ["001-18"],
  ruff: UNVERIFIED_CODES,
  examples: {
    pass: [
      {
        files: { "app.py": "import aiohttp\n\nURL = 'rediss://a.example'  # not ?ssl_cert_reqs=none\n" },
        says: "Nothing turns off",
        note: "A comment behind a string.",
      },
      {
        kind: "library",
        files: {
          "adapters.py":
            'class Adapter:\n    def prepare(self, conn, url, verify):\n        if url.startswith("https") and verify:\n            conn.cert_reqs = "CERT_REQUIRED"\n        else:\n            conn.cert_reqs = "CERT_NONE"\n',
        },
        says: "callers may turn it off",
        at: "adapters.py:6",
        note: "The caller says whether to verify.",
      },
      {
        files: {
          "a.py":
            "import jwt\n\n\ndef peek(form, token):\n    form.verify = False\n    return jwt.decode(token, verify=False)\n",
        },
        says: "Nothing turns off",
        note: "What is left unverified is no certificate.",
      },
      {
        files: { "a.py": "import requests\n\nrequests.get('https://example.org', timeout=3)\n" },
        says: "Nothing turns off",
      },
      { files: { "a.py": "x = 1\n" }, says: "Nothing turns off" },
      {
        files: {
          "a.py":
            '"""Never pass verify=False."""\nimport httpx\n\nclient = httpx.Client(verify="/etc/ca.pem")\n',
        },
        says: "Nothing turns off",
        note: "A docstring that warns of it does nothing.",
      },
      {
        files: {
          "client.py":
            "import requests\n\n\ndef get(url, verify=True):\n    return requests.get(url, verify=verify, timeout=3)\n",
        },
        says: "Nothing turns off",
        kind: "library",
        note: "A client that lets its caller choose leaves verification on.",
      },
      {
        kind: "library",
        files: {
          "shop/client.py":
            "import requests\n\n\nclass NoVerifySession(requests.Session):\n    def __init__(self):\n        super().__init__()\n        self.verify = False\n\n\ndef connect(verify_tls=True):\n    session = requests.Session\n    if not verify_tls:\n        session = NoVerifySession\n    return session()\n",
        },
        says: "callers may turn it off",
        at: "shop/client.py:7",
        note: "A class that is named for it, and taken only when asked for.",
      },
    ],
    partial: [
      {
        files: {
          "a.py":
            "import ssl\n\n\ndef pool(configuration):\n    if configuration.verify_ssl:\n        cert_reqs = ssl.CERT_REQUIRED\n    else:\n        cert_reqs = ssl.CERT_NONE\n    return cert_reqs\n",
        },
        says: "only when asked for",
        at: "a.py:8",
        kind: "service",
      },
      {
        files: {
          "a.py":
            "import requests\n\n\ndef get(url, insecure=False):\n    if insecure:\n        return requests.get(url, verify=False, timeout=3)\n    return requests.get(url, timeout=3)\n",
        },
        says: "only when asked for",
        at: "a.py:6",
        kind: "cli",
      },
      {
        files: {
          "store.py":
            'import requests\n\n\nclass Store:\n    verify = False\n\n    def __init__(self, config):\n        self.verify = config.get("verify", self.verify)\n\n    def get(self, url):\n        return requests.get(url, verify=self.verify, timeout=3)\n',
        },
        says: "callers may turn it on",
        at: "store.py:5",
        kind: "library",
        note: "A library's default, which who uses it may replace.",
      },
    ],
    fail: [
      {
        files: {
          "a.py":
            "import requests\n\nVERIFY = False\nOPTIONS = {'timeout': 3}\n\n\ndef get(session, url):\n    return session.get(url, verify=VERIFY, **OPTIONS)\n",
        },
        says: "1 place turns",
        at: "a.py:3",
        note: "A name for it.",
      },
      {
        files: {
          "a.py":
            "import os\n\nimport httpx\n\nverify = os.getenv('CHECK_TLS', 'false') == 'true'\nclient = httpx.Client(verify=verify)\n",
        },
        says: "1 place turns",
        at: "a.py:5",
        note: "Off unless somebody turns it on.",
      },
      {
        files: { "a.py": "import boto3\n\ns3 = boto3.client('s3', verify=False)\n" },
        says: "1 place turns",
        at: "a.py:3",
      },
      {
        files: {
          "a.py":
            "import os\n\nimport redis\n\nos.environ['CURL_CA_BUNDLE'] = ''\ncache = redis.from_url('rediss://r.acme.io/0?ssl_cert_reqs=none')\n",
        },
        says: "2 places turn",
        at: "a.py:5",
        note: "Settings in strings.",
      },
      {
        kind: "library",
        files: {
          "shop/client.py":
            "import requests\n\n\nclass NoVerifySession(requests.Session):\n    def __init__(self):\n        super().__init__()\n        self.verify = False\n\n\ndef connect():\n    return NoVerifySession()\n",
        },
        says: "1 place turns",
        at: "shop/client.py:7",
        note: "A name alone asks nobody.",
      },
      {
        files: {
          "a.py":
            "import ssl\nimport urllib.request\n\nssl._create_default_https_context = ssl._create_unverified_context\n",
        },
        says: "1 place turns",
        at: "a.py:4",
        note: "It is not even called here: every later request is unverified.",
      },
      {
        files: {
          "a.py":
            "import requests\n\n\ndef get(url, verify_ssl: bool = False):\n    return requests.get(url, verify=verify_ssl, timeout=3)\n",
        },
        says: "1 place turns",
        at: "a.py:4",
        note: "A switch that is off unless the caller turns it on.",
      },
      {
        files: {
          "a.py": "import requests\n\nrequests.get('https://example.org', verify=False, timeout=3)\n",
        },
        says: "1 place turns",
        at: "a.py:3",
      },
      {
        files: { "a.py": "import ssl\n\ncontext = ssl._create_unverified_context()\n" },
        says: "1 place turns",
        at: "a.py:3",
      },
      {
        files: {
          "a.py":
            "import aiohttp\n\n\nasync def f(session):\n    await session.get('https://example.org', ssl=False)\n",
        },
        says: "1 place turns",
        at: "a.py:5",
      },
      {
        files: {
          "a.py":
            "import ssl\n\ncontext = ssl.create_default_context()\ncontext.check_hostname = False\ncontext.verify_mode = ssl.CERT_NONE\n",
        },
        says: "turn",
        at: "a.py:5",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const found = findUnverified(project);
    const sure = found.filter(({ asked }) => !asked);
    const show = (list: typeof found): Evidence[] => list.map(({ evidence }) => evidence);
    if (project.kind === "library" && sure.length > 0 && sure.every(({ replaceable }) => replaceable))
      return partial(
        "Verification is off by default, where callers may turn it on.",
        show([...sure, ...found.filter(({ asked }) => asked)]),
      );
    if (sure.length > 0)
      return fail(
        `${sure.length} ${sure.length === 1 ? "place turns" : "places turn"} certificate verification off.`,
        show([...sure, ...found.filter(({ asked }) => asked)]),
      );
    if (found.length === 0) return pass("Nothing turns off the verification of certificates.");
    if (project.kind === "library") return pass("Verification is on; callers may turn it off.", show(found));
    return partial(
      `Verification is turned off only when asked for, in ${found.length} ${found.length === 1 ? "place" : "places"}.`,
      show(found),
    );
  },
});
