/** `verify=False` of HTTP clients and what stands for it: names, defaults of options and settings, variables of curl. */
import type { PythonModule } from "./python/module.ts";
import { isComment } from "./python/outside-comments.ts";
import { namesBy, oncePer } from "./remember.ts";
import { isParameter } from "./unverified-tls.ts";

export interface Switch {
  /** Offset in the text. */
  at: number;
  note: string;
  /** A default that the code lets its caller replace. */
  replaceable?: boolean;
}

/** Clients whose calls take `verify`. */
const CLIENTS = [
  "requests",
  "httpx",
  "niquests",
  "cloudscraper",
  "curl_cffi",
  "requests_oauthlib",
  "authlib",
  "boto3",
  "botocore",
  "aioboto3",
  "aiobotocore",
  "hvac",
  "consul",
  "keystoneauth1",
  "zeep",
  "gql",
];
const usesClient = oncePer((module: PythonModule) => CLIENTS.some((one) => module.importsPackage(one)));

/** In the text, since strings are blanked in the code; each is looked at again where it stands. */
const IN_STRINGS: readonly { pattern: RegExp; note: string }[] = [
  {
    // An entry of keyword arguments.
    pattern: /["']verify(?:_ssl|_certs)?["']\s{0,4}:(?=\s{0,4}False\b)/g,
    note: "verification is off in keyword arguments",
  },
  { pattern: /\bcert_reqs\s{0,4}=(?=\s{0,4}["'](?:CERT_)?NONE["'])/gi, note: "cert_reqs is none" },
  {
    pattern: /["'](?:CURL|REQUESTS)_CA_BUNDLE["']\s{0,4}\]\s{0,4}=(?=\s{0,4}(?:""|'')(?!["']))/g,
    note: "requests verifies nothing with an empty bundle",
  },
  { pattern: /["']PYTHONHTTPSVERIFY["']\s{0,4}\]\s{0,4}=(?=\s{0,4}["']0["'])/g, note: "verification is off" },
  {
    pattern:
      /(?:option|add_argument)\((?=\s{0,40}["']--(?:ssl-|tls-)?verify[\w/-]{0,40}["'][^()]{0,200}\bdefault\s{0,4}=\s{0,4}False\b)/g,
    note: "an option that is off unless it is given",
  },
];
/** Settings inside of connection strings. */
const IN_ADDRESSES =
  /[?&]ssl_cert_reqs=(?:none|CERT_NONE)\b|(?<=[;"'])TrustServerCertificate=(?:yes|true)\b/gi;

export function findSwitches(module: PythonModule): Switch[] {
  const { text, code } = module;
  const client = usesClient(module);
  const entries = client || module.mentions("aiohttp", "urllib3");
  const inStrings = IN_STRINGS.flatMap(({ pattern, note }, index) =>
    index === 0 && !entries
      ? []
      : [...text.matchAll(pattern)].flatMap(({ 0: found, index: at }) => {
          const end = at + found.length - 1;
          return code[end] === text[end] ? [{ at, note }] : [];
        }),
  );
  const inAddresses = [...text.matchAll(IN_ADDRESSES)].flatMap(({ 0: found, index: at }) =>
    code[at] === text[at] || isComment(module, at) ? [] : [{ at, note: found }],
  );
  return [...inStrings, ...inAddresses, ...findOff(module, client), ...findNames(module)];
}

/** `session.get(url, verify=False)`, `partial(get, verify=False)`, `self.session.verify = False`. */
const OFF = /(?<!\w)verify\s{0,4}=\s{0,4}False\b/g;
const OWNER = /\b(\w{1,60})\.$/;
const OF_CLIENT = /session|client|http|adapter|conn|request/i;
/** Of a token's signature. */
const OF_TOKEN = /(?:decode|verify\w{0,20}|jwt\w{0,20}|get_unverified\w{0,20})\([^()]{0,400}$/;

const findOff = ({ code }: PythonModule, client: boolean): Switch[] =>
  [...code.matchAll(OFF)].flatMap(({ 0: found, index: at }) => {
    const owner = OWNER.exec(code.slice(Math.max(0, at - 62), at))?.[1];
    if (owner === undefined && (!client || isParameter(code, at))) return [];
    if (owner !== undefined && !client && !OF_CLIENT.test(owner)) return [];
    if (OF_TOKEN.test(code.slice(Math.max(0, at - 420), at)) || (owner === undefined && isOwnName(code, at)))
      return [];
    const whole = owner === undefined ? found : `${owner}.${found}`;
    return [{ at, note: whole.replace(/\s+/g, "") }];
  });

/** `verify = False` alone on its line is a variable, which counts where it is given on. */
const isOwnName = (code: string, at: number): boolean =>
  /(?:^|\n)[ \t]{0,80}$/.test(code.slice(Math.max(0, at - 82), at)) &&
  !/[(,]\s{0,80}$/.test(code.slice(Math.max(0, at - 200), at).trimEnd());

const GIVEN =
  /\b(?:verify|verify_certs|verify_ssl)\s{0,4}=\s{0,4}(?:\w{1,60}\.){0,3}(?!True\b|False\b|None\b)([A-Za-z_]\w{0,60})\b(?!\s{0,2}[(.[])/g;
const READS_OFF =
  /(?:environ|getenv|\benv\b|config)[\s\S]{0,160},\s{0,10}(?:default\s{0,4}=\s{0,4})?(?:["'](?:false|0|no|off|)["']|False|0)\s{0,4}\)/i;

/** Attributes that instances take from what they are given: `self.verify = config.get("verify", self.verify)`. */
const replaced = namesBy("code", /\bself\.(\w{1,60})\s{0,4}=(?!=)[^\n]{0,200}\bself\.\1\b/g);

/** Names that are given for `verify`, where they are bound to what turns it off. */
function findNames(module: PythonModule): Switch[] {
  const { text, code } = module;
  const names = new Set([...code.matchAll(GIVEN)].map(({ 1: name = "" }) => name));
  if (names.size === 0) return [];
  const bound = [
    ...code.matchAll(/(?<![\w.])(\w{1,60})[ \t]{0,4}(?::[ \t]{0,4}[\w.| ]{1,30})?=(?!=)\s{0,10}/g),
  ];
  return bound.flatMap(({ 0: found, 1: name = "", index: at }) => {
    if (!names.has(name)) return [];
    const value = text.slice(at + found.length, at + found.length + 240);
    if (isParameter(code, at))
      return /^(?:False|(?:typer\.)?Option\(\s{0,20}False)\b/.test(value)
        ? [{ at, note: `${name} is off by default` }]
        : [];
    const [line = ""] = value.split("\n", 1);
    return /^False\s{0,20}(?:#|$)/.test(line) || READS_OFF.test(line)
      ? [{ at, note: `${name} is off unless it is set`, replaceable: replaced(module).has(name) }]
      : [];
  });
}
