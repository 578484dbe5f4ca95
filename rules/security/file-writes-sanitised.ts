import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findMemberNames, findPathInputs } from "../../src/project/path-inputs.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import type { Statement } from "../../src/project/python/statements.ts";
import { oncePer } from "../../src/project/remember.ts";

export default defineRule({
  id: "file-writes-sanitised",
  category: "security",
  severity: "medium",
  kinds: ["service", "cli"],
  title: "Names from outside are checked before they become paths",
  why: "A name such as `../../etc/cron.d/x` in an upload or an archive writes wherever its sender likes.",
  fix: 'Never use the sender\'s name as a path:\n\n```python\nname = secure_filename(upload.filename)\nupload.save(UPLOADS / f"{uuid4()}-{name}")\n\narchive.extractall(target, filter="data")\n```',
  checklist: ["000-23"],
  ruff: ["S202"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "views.py":
            "import os\n\nfrom django.conf import settings\nfrom django.shortcuts import render\n\n\ndef scan(request, number):\n    upload = request.FILES['scan']\n    name = str(request.user.id) + os.path.splitext(upload.name)[1]\n    target = open(os.path.join(settings.MEDIA_ROOT, name), 'wb')\n    target.write(upload.read())\n    return render(request, 'done.html')\n",
        },
        says: "All 1",
        at: "views.py:10",
        note: "An extension holds no folder.",
      },
      {
        files: {
          "download.py":
            "import os\nfrom mailbox import Message\n\n\ndef name_of(header):\n    message = Message('Content-Disposition: ' + header)\n    name = message.get_filename()\n    return os.path.basename(name).lstrip('.')\n",
        },
        says: "All 1",
        at: "download.py:7",
        kind: "cli",
        note: "A server names what it sends.",
      },
      {
        kind: "service",
        files: {
          "files.py":
            "from pathlib import Path\nfrom uuid import uuid4\n\nfrom fastapi import UploadFile\n\n\nasync def store(file: UploadFile):\n    with (Path('/data') / uuid4().hex).open('xb') as target:\n        target.write(await file.read())\n",
        },
        says: "under names that the code gives",
        at: "files.py:7",
      },
      {
        files: {
          "app.py":
            "from werkzeug.utils import secure_filename\n\n\ndef store(upload):\n    name = secure_filename(upload.filename)\n    upload.save('/uploads/' + name)\n",
        },
        says: "All 1",
        at: "app.py:5",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "import tarfile\n\n\ndef unpack(path):\n    with tarfile.open(path) as archive:\n        archive.extractall('/tmp/x', filter='data')\n",
        },
        says: "All 1",
        at: "app.py:6",
        kind: "cli",
      },
      {
        files: {
          "app.py":
            "import os\nimport tarfile\n\n\ndef unpack(path, target):\n    with tarfile.open(path) as archive:\n        for member in archive.getmembers():\n            if os.path.commonpath([target, os.path.join(target, member.name)]) != target:\n                raise ValueError(member.name)\n        archive.extractall(target)\n",
        },
        says: "All 1",
        at: "app.py:10",
        kind: "cli",
        note: "Checked by hand before.",
      },
      {
        files: {
          "models.py":
            "from django.db import models\n\n\nclass Order(models.Model):\n    file = models.FileField(upload_to='orders')\n",
        },
        says: "All 1",
        at: "models.py:5",
        kind: "service",
        note: "Django's storage cleans the name itself.",
      },
    ],
    fail: [
      {
        files: {
          "app.py":
            'from pathlib import Path\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\nUPLOADS = Path("/srv/uploads")\n\n\n@app.post("/files/<path:name>")\ndef upload(name):\n    target = (UPLOADS / name).resolve()\n    target.write_bytes(request.data)\n    return "ok"\n',
        },
        says: "1 of 1",
        at: "app.py:12",
        kind: "service",
        note: "To resolve a path is not to look where it leads.",
      },
      {
        files: {
          "unpack.py":
            "import os\nimport zipfile\n\n\ndef unpack(path):\n    with zipfile.ZipFile(path) as archive:\n        for info in archive.infolist():\n            with open(os.path.join('out', info.filename), 'wb') as f:\n                f.write(archive.read(info))\n",
        },
        says: "1 of 1",
        at: "unpack.py:8",
        kind: "cli",
      },
      {
        files: {
          "mail.py":
            "def save(message):\n    for part in message.walk():\n        name = part.get_filename()\n        if name:\n            with open('inbox/' + name, 'wb') as file:\n                file.write(part.get_payload(decode=True))\n",
        },
        says: "1 of 1",
        at: "mail.py:3",
        kind: "cli",
        note: "The sender of a mail names what is attached.",
      },
      {
        files: {
          "files.py":
            "from anyio import open_file\nfrom fastapi import UploadFile\n\n\ndef make_name(file: UploadFile) -> str:\n    ending = file.filename.split('.')[-1]\n    return f'{file.filename}.{ending}'\n\n\nasync def store(file: UploadFile) -> None:\n    name = make_name(file)\n    async with await open_file(FOLDER / name, mode='wb') as target:\n        await target.write(await file.read())\n",
        },
        says: "1 of 1",
        at: "files.py:12",
        kind: "service",
        note: "What a function of the module makes of the client's name is as dangerous as that.",
      },
      {
        files: {
          "main.py":
            "from fastapi import FastAPI, UploadFile\n\napp = FastAPI()\n\n\n@app.post('/u')\nasync def upload(file: UploadFile):\n    with open(f'/data/{file.filename}', 'wb') as out:\n        out.write(await file.read())\n",
        },
        says: "1 of 1",
        at: "main.py:8",
        kind: "service",
      },
      {
        files: {
          "update.py":
            "import tarfile\nimport zipfile\n\n\ndef unpack(path, target):\n    if path.endswith('.zip'):\n        with zipfile.ZipFile(path) as zip_file:\n            zip_file.extractall(target)\n    else:\n        tarfile.open(path).extractall(target)\n",
        },
        says: "1 of 1",
        at: "update.py:10",
        kind: "cli",
        note: "ZipFile cleans names by itself, and only it does.",
      },
      {
        files: {
          "app.py":
            "import os\n\n\ndef store(upload):\n    upload.save(os.path.join('/uploads', upload.filename))\n",
        },
        says: "1 of 1",
        at: "app.py:5",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "import tarfile\n\n\ndef unpack(path):\n    with tarfile.open(path) as archive:\n        archive.extractall('/tmp/x')\n",
        },
        says: "1 of 1",
        at: "app.py:6",
        kind: "cli",
      },
      {
        files: {
          "app.py":
            "from flask import request\n\n\ndef show():\n    return open(request.args['file']).read()\n",
        },
        says: "1 of 1",
        at: "app.py:5",
        kind: "service",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: {
          "views.py":
            "import os\nimport tempfile\n\nfrom django.shortcuts import render\n\n\ndef load(request):\n    _, request.copied = tempfile.mkstemp()\n    return render(request, 'done.html')\n\n\ndef fail(request):\n    os.remove(request.copied)\n    return render(request, 'failed.html')\n",
        },
        says: "no file by a name from outside",
        note: "What the code itself has put on the request.",
      },
      {
        kind: "service",
        files: {
          "embeds.py":
            'def show(embed, attachment):\n    embed.set_image(url=f"attachment://{attachment.filename}")\n',
        },
        says: "no file by a name from outside",
        note: "An address is no path.",
      },
      {
        files: { "app.py": "def f():\n    with open('out.txt', 'w') as file:\n        file.write('x')\n" },
        says: "no file by a name from outside",
        kind: "service",
        note: "A constant name is nobody's input.",
      },
    ],
  },
  check({ source }) {
    const uses = source.flatMap(findUses);
    const total = uses.length;
    const stores = total === 0 ? source.flatMap(findStores) : [];
    if (stores.length > 0)
      return pass(
        "What is uploaded is stored under names that the code gives, not those of the clients.",
        stores,
      );
    if (total === 0) return notApplicable("It writes or opens no file by a name from outside.");
    const open = uses.filter(({ safe }) => !safe);
    const show = (list: typeof uses): Evidence[] => list.map(({ evidence }) => evidence);
    if (open.length === 0)
      return pass(
        `All ${total} ${total === 1 ? "place that takes a name from outside checks" : "places that take a name from outside check"} it first.`,
        show(uses),
      );
    const message = `${open.length} of ${total} ${total === 1 ? "place that takes" : "places that take"} a name from outside ${open.length === 1 ? "uses" : "use"} it as it comes.`;
    const sure = open.some((one) => one.sure);
    return sure ? fail(message, show(open)) : partial(message, show(open));
  },
});

/** Functions that take an upload and write it, and look at no name of it. */
function findStores(module: PythonModule): Evidence[] {
  if (!module.mentions("UploadFile", "FileStorage")) return [];
  return module.functions.flatMap(({ header, body, line, name }) =>
    /:\s?(?:\w{1,40}\[)?(?:UploadFile|FileStorage)\b/.test(header) &&
    STORES.test(body) &&
    !/\.filename\b/.test(body)
      ? [module.at(line, name)]
      : [],
  );
}

/** The mode of `open` is blanked with all strings. */
const STORES = /(?<![\w.])(?:aiofiles\.)?open\(|\.open\(|copyfileobj\(|\.write_bytes\(/;

interface FileUse {
  evidence: Evidence;
  safe: boolean;
  sure: boolean;
}

const CLEANED =
  /secure_filename|basename\(|get_valid_filename|sanitize_filename|sanitise_filename|slugify|uuid|token_hex|token_urlsafe|safe_join|is_relative_to|commonpath|\.resolve\(\)|os\.path\.splitext|\.suffix\b|mimetypes|NamedTemporaryFile|mkstemp|hexdigest|send_from_directory|Path\([^()\n]{1,80}\)\.(?:name|stem)\b/;
/** The function looks at each member's path before it unpacks. */
const CHECKS_MEMBERS =
  /\bcommon(?:path|prefix)\(|\bis_relative_to\(|\brelative_to\(|\b\w{0,30}(?:within|travers|is_safe|safe_member)\w{0,30}\(|\.startswith\([^)]{0,80}(?:dir|path|root|dest|target|base)/i;
/** `f"/uploads/{file.filename}"`: what stands in braces is blanked with the rest of the string. */
const IN_STRING =
  /["'][^"'\n{}]{0,120}\{\w{0,40}(?:file|upload|image|photo|picture|attachment|document|avatar)\w{0,20}\.filename\}/i;
/** A folder before the name. */
const IN_PATH =
  /(?<!:\/)\/\{\w{0,60}\.filename\}|(?:DIR|FOLDER|PATH|ROOT)\w{0,20}\}\/?\{\w{0,60}\.filename\}/i;
const UPLOAD = /\.(?:filename|name)\b/;
const WRITES =
  /\.save\(|(?<![\w.])open\(|\.write_bytes\(|\.write_text\(|shutil\.(?:copyfileobj|move|copy)\(|\.upload_from|os\.path\.join\(|Path\(/;
const DIRECT =
  /(?<![\w.])(?:open|send_file|FileResponse)\(\s{0,40}(?:request|self\.request)\b|(?<![\w.])open\(\s{0,40}(?:os\.path\.join|Path)\([^\n]{0,120}\brequest\./;

/** What each use that is judged speaks of. */
const MAY_USE = /filename|extractall|(?:File|Image)Field|request/i;

function findUses(module: PythonModule): FileUse[] {
  const spoken = /filename|extractall|FileField|ImageField|request/.test(module.text);
  const found = spoken ? [...findMadeNames(module), ...findDirect(module)] : [];
  const lines = new Set(found.map(({ evidence }) => evidence.startLine));
  const traced = [...findPathInputs(module), ...findMemberNames(module)].flatMap(({ line, safe }) =>
    lines.has(line)
      ? []
      : [{ evidence: module.at(line, module.lineText(line).trim().slice(0, 80)), safe, sure: true }],
  );
  return [...found, ...traced];
}

/** Opens a path for writing, whatever library does it. */
const OPENS = /(?<![\w.])(?:aiofiles\.|anyio\.)?open(?:_file)?\(|\.write_bytes\(/;

/** A name that a function of the module makes of an upload's own, and that another one opens. */
function findMadeNames(module: PythonModule): FileUse[] {
  if (!module.mentions("UploadFile", "FileStorage")) return [];
  const makers = module.functions.filter(
    ({ header, body }) =>
      /:\s?(?:UploadFile|FileStorage)\b/.test(header) &&
      /\.filename\b/.test(body) &&
      /\breturn\s{1,4}\w/.test(body) &&
      !OPENS.test(body) &&
      !CLEANED.test(body),
  );
  const names = new Set(makers.map(({ name }) => name));
  if (names.size === 0) return [];
  return module.functions.flatMap(({ body, line, header }) => {
    const uses = [...body.slice(0, 20_000).matchAll(MADE)].filter(([, , maker = ""]) => names.has(maker));
    return uses.slice(0, 10).flatMap(([, name, maker]) => {
      const opened = new RegExp(`${OPENS.source}[^\\n]{0,200}\\b${name}\\b`).exec(body);
      if (!opened) return [];
      const at = line + header.split("\n").length - 1 + body.slice(0, opened.index).split("\n").length - 1;
      const evidence = module.at(at, `opens what ${maker} makes of the client's name`);
      return [{ evidence, safe: CLEANED.test(body), sure: true }];
    });
  });
}

/** `name = make(upload)`. */
const MADE = /(?<![\w.])(\w{1,60})\s{0,4}=\s{0,4}(?:await\s{1,4})?(\w{1,80})\(/g;

function findDirect(module: PythonModule): FileUse[] {
  return module.statements.flatMap((one) => {
    const text = module.text.slice(one.start, Math.min(one.end, one.start + 2_000));
    if (!MAY_USE.test(text)) return [];
    const code = module.code.slice(one.start, Math.min(one.end, one.start + 2_000));
    const use = judge(code, text, one, module);
    return use
      ? [{ evidence: module.at(one.line, module.lineText(one.line).trim().slice(0, 80)), ...use }]
      : [];
  });
}

function judge(
  code: string,
  text: string,
  one: Statement,
  module: PythonModule,
): { safe: boolean; sure: boolean } | undefined {
  if (one.keyword === "def" || one.keyword === "class" || one.keyword === "import" || one.keyword === "from")
    return undefined;
  if (/\.extractall\(/.test(code)) {
    // Python's ZipFile cleans the names itself.
    if (hasZipOnly(module)) return undefined;
    if (/\b\w{0,20}(?:zip|zf)\w{0,20}\.extractall\(/i.test(code)) return undefined;
    const filtered =
      /\bfilter\s{0,4}=|\bmembers\s{0,4}=|extractall\([^,()]{1,80},\s{0,8}(?!numeric_owner)\w/.test(code) ||
      setsFilter(module) ||
      readScope(one, module).checks;
    const lines = unpackLines(module);
    let line = one.line;
    while (line <= one.endLine && !lines.has(line)) line++;
    return { safe: filtered, sure: line <= one.endLine };
  }
  if (/(?<!\w)models\.(?:FileField|ImageField)\(/.test(code)) return { safe: true, sure: true };
  if (DIRECT.test(code)) return { safe: readScope(one, module).cleans, sure: true };
  // What a mail or a Content-Disposition header says (email.message).
  if (/(?<=\w)\.get_filename\(\)/.test(code)) {
    const { cleans, writes } = readScope(one, module);
    return cleans || writes ? { safe: cleans, sure: writes } : undefined;
  }
  const uploads =
    /(?<!\w)\w{0,40}(?:file|upload|image|photo|picture|attachment|document|avatar)\w{0,20}\.filename\b/i.test(
      code,
    ) || IN_STRING.test(text);
  if (
    !uploads ||
    /^\s{0,200}(?:if|elif|return|assert|while)\b/.test(code) ||
    !(
      (UPLOAD.test(code) || IN_STRING.test(text)) &&
      (WRITES.test(text) || CLEANED.test(text) || IN_PATH.test(text))
    )
  )
    return undefined;
  return {
    safe: CLEANED.test(text) || readScope(one, module).cleans,
    sure: WRITES.test(code) || (IN_PATH.test(text) && readScope(one, module).writes),
  };
}

// Read once a module or function, however many statements ask.
const hasZipOnly = oncePer(
  ({ text }: PythonModule) => /zipfile|ZipFile/.test(text) && !text.includes("tarfile"),
);
const setsFilter = oncePer(({ text }: PythonModule) => text.includes("extraction_filter"));
const unpackLines = oncePer(
  (module: PythonModule) => new Set(module.diagnostics("S202").map(({ line }) => line)),
);
const readFunction = oncePer(({ code }: FunctionOutline) => ({
  checks: CHECKS_MEMBERS.test(code),
  cleans: CLEANED.test(code),
  writes: WRITES.test(code),
}));
const NO_SCOPE = { checks: false, cleans: false, writes: false };

/** What the function does that a statement stands in. */
const readScope = (one: Statement, module: PythonModule): typeof NO_SCOPE => {
  const scope = module.functionAt(one.line);
  return scope ? readFunction(scope) : NO_SCOPE;
};
