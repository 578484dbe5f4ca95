/** Credentials without a name of their own: given to a call by place, in a header, a connection string or a command. */

export interface SpokenSecret {
  kind: "key in a header" | "password" | "password in a connection string" | "password in a command";
  value: string;
  at: number;
}

interface Form {
  kind: SpokenSecret["kind"];
  /** One of them stands in the text wherever the pattern matches. */
  marks: readonly string[];
  /** The credential is the first group. */
  pattern: RegExp;
}

const ANYWHERE: readonly Form[] = [
  {
    kind: "key in a header",
    marks: ["Bearer ", "Token "],
    pattern: /\b(?:Bearer|Token) ([A-Za-z0-9._~+/=-]{20,300})(?=["'\s\\])/g,
  },
  {
    kind: "password",
    marks: [".login("],
    pattern: /\.login\(\s{0,20}["'][^"'\n]{1,100}["']\s{0,4},\s{0,20}["']([^"'\n]{6,100})["']\s{0,4}\)/g,
  },
  {
    // `auth=("me", "…")`, `HTTPBasicAuth("me", "…")`
    kind: "password",
    marks: ["auth", "Auth("],
    pattern:
      /\b(?:auth\s{0,4}=\s{0,4}|(?:HTTP)?(?:Basic|Digest|Proxy)Auth)\(\s{0,20}["'][^"'\n]{1,100}["']\s{0,4},\s{0,20}["']([^"'\n]{6,100})["']\s{0,4},?\s{0,20}\)/g,
  },
  {
    // libpq separates by blanks, ODBC and ADO.NET by semicolons; quotes end the string around it.
    kind: "password in a connection string",
    marks: ["assword=", "PWD=", "Pwd=", "pwd=", "ASSWORD="],
    pattern: /(?<=["'\s;])(?:password|pwd)=([^\s;"'(){}$%<>,]{6,100})(?=["'\s;])/gi,
  },
  {
    // .netrc
    kind: "password",
    marks: ["machine "],
    pattern: /\bmachine\s\S{1,100}\s{1,8}login\s\S{1,100}\s{1,8}password\s(\S{6,100})/g,
  },
];

const IN_COMMANDS: readonly Form[] = [
  {
    kind: "password in a command",
    marks: ["curl ", "wget "],
    pattern:
      /\b(?:curl|wget) [^\n]{0,160}?(?:-u|--user)[ =]["']?[\w.@-]{1,60}:([^\s"'$<>{}]{6,100})(?=["'\s]|$)/gm,
  },
  {
    kind: "password in a command",
    marks: ["sshpass ", "docker login", "mysql", "mariadb"],
    pattern:
      /\b(?:sshpass|docker login|mysql(?:dump|admin)?|mariadb(?:-dump)?) (?:[^\n]{0,120}? )?(?:-p ?|--password[ =])["']?([^\s"'$<>{}-][^\s"'$<>{}]{5,100})(?=["'\s]|$)/gm,
  },
];

/** What a connection string says beside its password. */
const OF_CONNECTION = /\b(?:host|server|data source|dbname|database|user(?: id)?|uid)\s{0,2}=/i;

/** @param commands the file holds commands of a shell */
export function findSpokenSecrets(text: string, commands: boolean): SpokenSecret[] {
  return (commands ? [...ANYWHERE, ...IN_COMMANDS] : ANYWHERE).flatMap(({ kind, marks, pattern }) => {
    if (!marks.some((mark) => text.includes(mark))) return [];
    return [...text.matchAll(pattern)].flatMap(({ 0: whole, 1: value = "", index }) => {
      const near = text.slice(Math.max(0, index - 200), index + whole.length + 200);
      const connects = kind !== "password in a connection string" || OF_CONNECTION.test(near);
      return connects ? [{ kind, value, at: index }] : [];
    });
  });
}
