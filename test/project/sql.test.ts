/** Statements that code puts together: what may stand in them, and what may not. */
import { describe, expect, it } from "vitest";
import sqlParameterised from "../../rules/security/sql-parameterised.ts";
import { projectOf } from "./project-of.ts";

const outcome = (body: string, head = "import sqlite3\n\n\n"): string =>
  sqlParameterised.check(projectOf({ "shop/store.py": head + body })).outcome;

/** A function around one statement. */
const asked = (statement: string, parameters = "conn, email"): string =>
  `def find(${parameters}):\n    return conn.execute(${statement})\n`;

describe("one thing apart", () => {
  it.each([
    [
      "a value",
      `"SELECT * FROM users WHERE email = ?", (email,)`,
      `f"SELECT * FROM users WHERE email = '{email}'"`,
    ],
    [
      "a pattern",
      `"SELECT * FROM t WHERE a LIKE ?", (f"%{email}%",)`,
      `f"SELECT * FROM t WHERE a LIKE '%{email}%'"`,
    ],
    ["%", `"SELECT * FROM t WHERE a = %s", (email,)`, `"SELECT * FROM t WHERE a = %s" % (email,)`],
    ["format", `"SELECT * FROM t WHERE a = ?", [email]`, `"SELECT * FROM t WHERE a = {}".format(email)`],
    ["+", `"SELECT * FROM t WHERE a = ?", [email]`, `"SELECT * FROM t WHERE a = '" + email + "'"`],
    ["INSERT", `"INSERT INTO t VALUES (?, ?)", (1, email)`, `f"INSERT INTO t VALUES (1, '{email}')"`],
    ["UPDATE", `"UPDATE t SET a = ?", (email,)`, `f"UPDATE t SET a = {email}"`],
    ["double quotes", `'DELETE FROM t WHERE a = ?', (email,)`, `'DELETE FROM t WHERE a = "' + email + '"'`],
    [
      "a quoting function",
      `f"SELECT * FROM {quote_identifier(email)}"`,
      `f"SELECT * FROM t WHERE a = '{email}'"`,
    ],
  ])("%s", (_, good, bad) => {
    expect([outcome(asked(good)), outcome(asked(bad))]).toEqual(["pass", "fail"]);
  });

  it.each([
    [
      "asyncpg",
      "async def find(conn, mail):\n    return await conn.fetchrow(",
      `"SELECT 1 FROM u WHERE m = $1", mail)\n`,
      `f"SELECT 1 FROM u WHERE m = '{mail}'")\n`,
    ],
    [
      "pandas",
      "import pandas as pd\n\ndef find(conn, mail):\n    return pd.read_sql(",
      `"SELECT * FROM u WHERE m = ?", conn, params=[mail])\n`,
      `"SELECT * FROM u WHERE m = '%s'" % mail, conn)\n`,
    ],
    [
      "Django",
      "from django.db import models\n\ndef find(mail):\n    return User.objects.raw(",
      `"SELECT * FROM u WHERE m = %s", [mail])\n`,
      `"SELECT * FROM u WHERE m = '%s'" % mail)\n`,
    ],
    [
      "SQLAlchemy",
      "from sqlalchemy import text\n\ndef find(session, mail):\n    return session.execute(text(",
      `"SELECT * FROM u WHERE m = :m"), {"m": mail})\n`,
      `f"SELECT * FROM u WHERE m = '{mail}'"))\n`,
    ],
    [
      "DuckDB",
      "import duckdb\n\ndef find(mail):\n    return duckdb.sql(",
      `"SELECT * FROM u WHERE m = $m", params={"m": mail})\n`,
      `f"SELECT * FROM u WHERE m = '{mail}'")\n`,
    ],
  ])("%s", (_, head, good, bad) => {
    expect([outcome(head + good), outcome(head + bad)]).toEqual(["pass", "fail"]);
  });
});

describe("what carries no code", () => {
  it.each([
    [
      "placeholders",
      `    marks = ", ".join(f"\${i}" for i in range(len(ids)))\n    conn.execute(f"SELECT * FROM t WHERE id IN ({marks})", ids)\n`,
    ],
    [
      "a fixed list",
      `    if order not in ORDERS:\n        raise ValueError(order)\n    conn.execute(f"SELECT * FROM t ORDER BY {order}")\n`,
    ],
    [
      "a form",
      `    if not re.fullmatch(r"[a-z]+", order):\n        raise ValueError(order)\n    conn.execute(f"SELECT * FROM {order}")\n`,
    ],
    ["a number made of it", `    ids = int(ids)\n    conn.execute(f"SELECT * FROM t LIMIT {ids}")\n`],
    ["arithmetic", `    conn.execute("SELECT * FROM t WHERE at > %s" % (now() - ids * 60))\n`],
    [
      "doubled quotes",
      `    name = order.replace("'", "''")\n    conn.execute(f"SELECT * FROM t WHERE a = '{name}'")\n`,
    ],
    [
      "a part from constants",
      `    where = "a = ?" if ids else "1 = 1"\n    conn.execute(f"SELECT * FROM t WHERE {where}", ids)\n`,
    ],
  ])("%s", (_, lines) => {
    expect(
      outcome(
        `def find(conn, ids, order):\n${lines}`,
        'import re\nimport sqlite3\n\nORDERS = ("a", "b")\n\n\n',
      ),
    ).toBe("pass");
  });
});

it.each([
  ["a name that a caller gives", `    conn.execute(f"UPDATE venues SET {field} = ? WHERE id = ?", (1, 2))\n`],
  ["a name quoted by hand", `    conn.execute(f'SELECT * FROM "{field}"')\n`],
  ["a part that a caller gives", `    conn.execute(f"SELECT * FROM t WHERE {field}")\n`],
  ["a definition", `    conn.execute(f"CREATE USER shop WITH PASSWORD '{field}'")\n`],
])("doubts %s", (_, lines) => {
  expect(outcome(`def change(conn, field):\n${lines}`)).toBe("partial");
});

it("takes what comes from outside for a value wherever it stands", () => {
  const view = (read: string) =>
    `from flask import Flask, request\nimport sqlite3\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef home(conn):\n    return conn.execute(${read})\n`;
  expect(outcome(view("f\"SELECT * FROM t ORDER BY {request.args['by']}\""), "")).toBe("fail");
  expect(outcome(view("f\"SELECT * FROM t LIMIT {int(request.args['n'])}\""), "")).toBe("pass");
});
