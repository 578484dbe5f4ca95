import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { lineCounter } from "../../src/project/python/tree.ts";
import { oncePer } from "../../src/project/remember.ts";

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
  ruff: ["S323", "S501", "S502", "S503", "S507"],
  examples: {
    pass: [
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
            "import requests\n\n\ndef get(url, insecure=False):\n    if insecure:\n        return requests.get(url, verify=False, timeout=3)\n    return requests.get(url, timeout=3)\n",
        },
        says: "only when asked for",
        at: "a.py:6",
        kind: "cli",
      },
    ],
    fail: [
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

/** S504 only says that no version is named, which today's Python chooses well. */
const NOTES: Record<string, string> = {
  S323: "unverified context",
  S501: "verification is off",
  S502: "an old protocol version",
  S503: "an old protocol version by default",
  S507: "unknown host keys are accepted",
};

/** Names of parameters and settings that say whether certificates are verified. */
const SWITCH =
  "(?:verify_ssl|ssl_verify|verify_tls|tls_verify|verify_certs?|validate_certs?|ssl_verification|verify_certificates?)";
/** What Ruff does not see: switches of other clients, contexts changed after they are made, curl and urllib3 settings. */
const OTHERS = new RegExp(
  [
    String.raw`\bverify_mode\s{0,4}=\s{0,4}(?:ssl\.)?CERT_NONE`,
    String.raw`\b(?:ssl_)?cert_reqs\s{0,4}=\s{0,4}(?:(?:ssl\.)?CERT_NONE|None\b)`,
    String.raw`\.check_hostname\s{0,4}=\s{0,4}False`,
    String.raw`\bssl\s{0,4}=\s{0,4}False`,
    String.raw`(?<!\w)${SWITCH}\s{0,4}(?::\s{0,4}[\w.]{1,20}\s{0,4})?=\s{0,4}False`,
    String.raw`\.verify\s{0,4}=\s{0,4}False`,
    String.raw`\btls(?:Insecure|AllowInvalidCertificates|AllowInvalidHostnames)\s{0,4}=\s{0,4}True`,
    String.raw`\bSSL_VERIFYPEER\s{0,4},\s{0,4}(?:0|False)`,
    String.raw`\b_create_default_https_context\s{0,4}=\s{0,4}(?:ssl\.)?_create_unverified_context\b`,
  ].join("|"),
  "g",
);

function findUnverified({ source }: Project): { evidence: Evidence; asked: boolean }[] {
  return source.flatMap((module) => {
    const lines = new Map<number, string>();
    let count: ((offset: number) => number) | undefined;
    const lineOf = (offset: number): number => {
      count ??= lineCounter(module.text);
      return count(offset);
    };
    for (const { code, line } of module.diagnostics("S323", "S501", "S502", "S503", "S507")) {
      lines.set(line, NOTES[code] ?? code);
    }
    if (module.mentions("cert", "hostname", "https", "ssl", "tls", "validate", "verify")) {
      for (const match of module.code.matchAll(OTHERS)) {
        const line = lineOf(match.index);
        const parameter = isParameter(module.code, match.index);
        if ((!parameter || IS_SWITCH.test(match[0])) && (!/^ssl\s*=/.test(match[0]) || isHttp(module)))
          lines.set(line, match[0].replace(/\s+/g, "") + (parameter ? " by default" : ""));
      }
    }
    if (/["']verify/.test(module.text) && /requests|httpx|aiohttp|urllib3/.test(module.text)) {
      // An entry of keyword arguments; in comments and other strings the colon is blanked.
      for (const match of module.text.matchAll(/["']verify(?:_ssl|_certs)?["']\s{0,4}:(?=\s{0,4}False\b)/g)) {
        const colon = match.index + match[0].length - 1;
        if (module.code.charAt(colon) === ":")
          lines.set(module.lineAt(colon), "verification is off in keyword arguments");
      }
    }
    return [...lines].map(([line, note]) => ({
      evidence: module.at(line, note),
      asked: isAsked(module, line) || isChosen(module, line, source),
    }));
  });
}

/** It stands in a class or function that says so in its name, and is taken only under a condition. */
function isChosen(module: PythonModule, line: number, source: readonly PythonModule[]): boolean {
  const name = UNVERIFIED_SCOPE.exec(scopeOf(module, line))?.[0];
  return name !== undefined && chosenNames(source).get(name) === true;
}

/** Names that say so: whether they are taken under conditions only. One pass, however many there are. */
const chosenNames = oncePer((source: readonly PythonModule[]) => {
  const chosen = new Map<string, boolean>();
  for (const module of source) {
    if (!UNVERIFIED_SCOPE.test(module.code)) continue;
    for (const { 0: name, index } of module.code.matchAll(UNVERIFIED_NAMES)) {
      const line = module.lineAt(index);
      if (/^\s{0,80}(?:class|def|async|from|import)\b/.test(module.codeLine(line).slice(0, 200))) continue;
      chosen.set(name, chosen.get(name) !== false && isAsked(module, line));
    }
  }
  return chosen;
});

/** The names of the classes and functions around a line. */
function scopeOf(module: PythonModule, line: number): string {
  const statement = module.statementAt(line);
  const names: string[] = [];
  for (let block = statement?.parent; block; block = block.parent)
    if (/^(?:class|def)$/.test(block.keyword))
      names.push(
        /\b(?:class|def)\s{1,4}(\w{1,80})/.exec(module.code.slice(block.start, block.end))?.[1] ?? "",
      );
  return names.join(" ");
}

const UNVERIFIED_SCOPE =
  /\b\w{0,40}(?:no_?verif|insecure|unverified|without_?verif|skip_?(?:ssl|tls|verif))\w{0,40}\b/i;

const UNVERIFIED_NAMES = new RegExp(UNVERIFIED_SCOPE.source, "gi");

const IS_SWITCH = new RegExp(`^${SWITCH}`);

/** `ssl=False` turns TLS off for a database on the same host, verification only for aiohttp. */
const isHttp = oncePer(({ text }: PythonModule) => /\baiohttp\b/.test(text));

/** The default of a parameter of a function: `def f(ssl=False)`. */
const isParameter = (code: string, at: number): boolean =>
  /\bdef\s{1,4}\w{1,80}\s{0,4}\([^)]{0,800}$/.test(code.slice(Math.max(0, at - 900), at));

/** Under a condition that speaks of it: the user has to ask. */
function isAsked(module: Project["source"][number], line: number): boolean {
  if (/(?:CERT_NONE|False|None)\s{1,4}if\b/.test(module.lineText(line).slice(0, 400))) return true;
  const statement = module.statementAt(line);
  for (let block = statement?.parent; block; block = block.parent) {
    if (!["if", "elif", "else"].includes(block.keyword)) continue;
    const head = module.text.slice(block.start, Math.min(block.end, block.start + 2_000));
    if (/insecure|verify|ssl|tls|debug|local|dev|test|cert/i.test(head)) return true;
  }
  return false;
}
