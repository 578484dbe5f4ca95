import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findSql, type SqlString } from "../../src/project/sql.ts";
import { CONSTANT, RANK } from "../../src/project/sql-text.ts";

/** Statements put together from parts, from which on that is the project's trade. */
const MANY = 15;

const places = (strings: readonly SqlString[]): string =>
  strings
    .slice(0, 3)
    .map(({ module, line }) => `${module.path}:${line}`)
    .join(", ");

export default defineRule({
  id: "sql-parameterised",
  category: "security",
  severity: "critical",
  kinds: "all",
  title: "SQL takes its values as parameters",
  why: "A value put into the text of a statement can end the statement and begin another: the oldest way to lose a database.",
  fix: 'Give values apart from the text; take names of tables and columns from a fixed list or a quoting function:\n\n```python\ncursor.execute("SELECT * FROM users WHERE email = %s", (email,))\nsession.execute(text("SELECT * FROM users WHERE email = :email"), {"email": email})\n\ncolumn = {"name": "u.name", "age": "u.age"}[order]  # names from a fixed list\n```',
  checklist: ["000-23", "001-18"],
  question: "Can the values that stand in the text of these statements be chosen by anyone outside?",
  ruff: ["S608"],
  examples: {
    pass: [
      {
        files: {
          "dags/clean.py":
            "from airflow import DAG\nfrom airflow.operators.postgres_operator import PostgresOperator\n\nwith DAG('clean'):\n    PostgresOperator(task_id='clean', postgres_conn_id='shop', sql='clean.sql')\n",
        },
        says: "reached through PostgresOperator",
        at: "dags/clean.py:5",
        note: "Airflow's operators talk to databases, too.",
      },
      {
        files: {
          "fix.py":
            'from django.db import connection\n\n\ndef fix(unknown, days):\n    cursor = connection.cursor()\n    cursor.execute("""\nUPDATE publisher SET country = %d WHERE country IS NULL;\n""" % unknown.id)\n    cursor.execute(f"DELETE FROM visits WHERE age > {days:d}")\n',
        },
        says: "2 statements are put together, from constants, numbers",
        note: "What is written as a number can be nothing else.",
      },
      {
        files: {
          "stories.py":
            "import psycopg2\n\n\ndef merged(db, ids):\n    ids = [int(x) for x in ids]\n    listed = ', '.join(str(x) for x in ids)\n    return db.execute(\n        'SELECT id FROM stories WHERE target IN (%(listed)s) LIMIT %(most)s'\n        % {'listed': listed, 'most': int(20)}\n    )\n",
        },
        says: "put together, from constants",
        at: "stories.py:8",
        note: "Numbers, by the names of a dictionary.",
      },
      {
        files: {
          "prompt.py":
            'import sqlalchemy\n\n\ndef prompt(title):\n    return f"""You are good at selecting figures.\n\nTitle: {title}\n\nPlease select the best figure from those below."""\n',
        },
        says: "No value stands in the text",
        note: "A prompt for a language model.",
      },
      {
        files: {
          "gen.py":
            "def model(table):\n    return f'''{{{{\n    config(\n        alias=\"{table}\",\n        partition_by={{\"field\": \"year\"}},\n        labels={{'table': '{table}'}},\n    )\n}}}}\nselect id\nfrom orders\n'''\n",
        },
        says: "constants, numbers, quoted names and placeholders only",
        at: "gen.py:2",
        note: "Arguments of a dbt template are no part of its statement.",
      },
      {
        files: {
          "db.py":
            'import sqlite3\n\ndef find(conn, email):\n    return conn.execute("SELECT * FROM users WHERE email = ?", (email,))\n',
        },
        says: "sqlite3",
        at: "db.py:1",
      },
      {
        files: {
          "store.py":
            'import psycopg\n\ndef many(cur, ids):\n    marks = ", ".join("%s" for _ in ids)\n    cur.execute(f"SELECT * FROM users WHERE id IN ({marks})", ids)\n',
        },
        says: "1 statement is put together, from constants, numbers, quoted names and placeholders only",
        at: "store.py:5",
        note: "A list of placeholders is not a list of values.",
      },
      {
        files: {
          "models.py":
            'from django.db import connection, models\n\nTABLE = "orders"\n\ndef count(limit: int):\n    with connection.cursor() as c:\n        c.execute(f"SELECT count(*) FROM {TABLE} LIMIT {limit}")\n',
        },
        says: "1 statement",
        at: "models.py:7",
        note: "Constants and numbers carry no code.",
      },
      {
        files: {
          "store.py":
            'import sqlite3\n\n\ndef _count(table):\n    return f"SELECT count(*) FROM {table}"\n\n\nORDERS = _count("orders")\nUSERS = _count(table="users")\n',
        },
        says: "1 statement",
        at: "store.py:5",
        note: "Only the module itself calls it, with names that stand in the code.",
      },
      {
        files: {
          "report.py":
            'import duckdb\n\nCOLUMNS = {"day", "week"}\n\ndef group(connection, column):\n    if column not in COLUMNS:\n        raise ValueError(column)\n    return connection.execute(f"SELECT {column}, count(*) FROM sales GROUP BY {column}")\n',
        },
        says: "1 statement is put together",
        at: "report.py:8",
        note: "A name from a fixed list.",
      },
      {
        files: {
          "main.py":
            'from sqlalchemy import select\n\ndef show(name, session, User):\n    print(f"select a name from the list: {name}")\n    return session.execute(select(User).where(User.name == name))\n',
        },
        says: "sqlalchemy",
        note: "English with the words of SQL is no SQL.",
      },
    ],
    fail: [
      {
        files: {
          "items.py":
            "from sqlalchemy import select, text\n\n\ndef find(session, Item, name: str):\n    return session.execute(select(Item).where(text(f\"name = '{name}'\")))\n",
        },
        says: "1 statement has values in its text",
        at: "items.py:5",
      },
      {
        files: {
          "items.py":
            "from string import Template\n\n\ndef find(cur, name):\n    cur.execute(Template(\"SELECT * FROM items WHERE name = '$name'\").substitute(name=name))\n",
        },
        says: "1 statement has values in its text",
        at: "items.py:5",
      },
      {
        files: {
          "items.py":
            'import asyncpg\n\n\nasync def find(conn, name):\n    query = " ".join(["SELECT * FROM items", f"WHERE name = \'{name}\'"])\n    return await conn.fetch(query)\n',
        },
        says: "1 statement has values in its text",
        at: "items.py:5",
      },
      {
        files: {
          "teams.py":
            'from sqlalchemy import text\n\ndef coached(session, user):\n    # where the player coaches\n    player_id = user.player.id\n    return session.query(Team).filter(text(f"players.id = {player_id} AND players.coach")).all()\n',
        },
        says: "1 statement has values in its text: teams.py:6",
        at: "teams.py:6",
        note: "A condition alone is SQL, too.",
      },
      {
        files: {
          "db.py":
            "import sqlite3\n\ndef find(conn, email):\n    return conn.execute(f\"SELECT * FROM users WHERE email = '{email}'\")\n",
        },
        says: "1 statement has values in its text: db.py:4",
        at: "db.py:4",
      },
      {
        files: {
          "views.py":
            'from django.db import connection\n\ndef search(request):\n    sql = "SELECT id FROM item WHERE 1 = 1"\n    sql += " AND name LIKE \'%" + request.GET["q"] + "%\'"\n    with connection.cursor() as cursor:\n        cursor.execute(sql)\n',
        },
        says: "views.py",
        at: "views.py:7",
        note: "The piece that holds the value is no statement by itself.",
      },
      {
        files: {
          "artists.py":
            "import MySQLdb\n\ndef show(cursor, artist):\n    cursor.execute('SELECT * FROM artists WHERE id=\"' + artist + '\"')\n",
        },
        says: "artists.py:4",
        at: "artists.py:4",
        note: "After an operator, double quotes hold a string, too.",
      },
      {
        files: {
          "repo.py":
            "from sqlalchemy import text\n\ndef find(session, name):\n    return session.execute(text(\"select * from users where name = '%s'\" % name))\n",
        },
        says: "repo.py:4",
        at: "repo.py:4",
      },
    ],
    partial: [
      {
        files: {
          "admin.py":
            'import sqlite3\n\ndef count(conn, table):\n    return conn.execute("SELECT count(*) FROM %s" % table)\n',
        },
        says: "1 statement takes names or values whose origin cannot be seen",
        at: "admin.py:4",
      },
      {
        files: {
          "schema.py":
            "import psycopg2\n\ndef has(cursor, table):\n    cursor.execute(f\"SELECT 1 FROM information_schema.tables WHERE table_name = '{table}'\")\n",
        },
        says: "1 statement takes names",
        at: "schema.py:4",
        note: "What the catalogue is asked for is a name.",
      },
      {
        files: {
          "console.py":
            "from django.db import connection\n\nTABLES = 'select name from tables'\n\n\ndef query(request):\n    q = request.GET.get('query')\n    print(f'runs {q}')\n    with connection.cursor() as cursor:\n        cursor.execute(q)\n        return cursor.fetchall()\n",
        },
        says: "1 statement takes names or values whose origin cannot be seen into the text: console.py:10",
        at: "console.py:10",
        note: "Whoever is let in runs what they like.",
      },
    ],
    notApplicable: [
      { files: { "app.py": 'print(f"update your settings in {1}")\n' }, says: "no SQL" },
      {
        files: { "app.py": "import pymongo\n\ndef run(task):\n    task.execute(f'do {task}')\n" },
        says: "no SQL",
        note: "A method called execute is not always a database's.",
      },
    ],
  },
  check(project) {
    const { strings, database } = findSql(project);
    if (!database && strings.length === 0)
      return notApplicable("The code holds no SQL and imports no SQL database.");
    const sorted = [...strings].sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
    const evidence = sorted.map(({ module, line, why }) => module.at(line, why));
    const built = strings.filter(({ why }) => why !== CONSTANT).length;
    // A tool that writes SQL for a living puts together what it has checked elsewhere.
    const writesSql = built >= MANY && (project.kind === "library" || project.kind === "cli");
    const softens = writesSql || project.kind === "library";
    const isValue = (one: SqlString) => one.verdict === "value" && !(softens && one.unseen);
    const values = sorted.filter(isValue);
    const doubtful = sorted.filter((one) => one.verdict !== "safe" && !isValue(one));
    if (values.length > 0) {
      const have =
        values.length === 1
          ? "1 statement has values in its text"
          : `${values.length} statements have values in their text`;
      return fail(`${have}: ${places(values)}.`, evidence);
    }
    if (doubtful.length > 0) {
      const take = doubtful.length === 1 ? "1 statement takes" : `${doubtful.length} statements take`;
      return partial(
        `${take} names or values whose origin cannot be seen into the text: ${places(doubtful)}.`,
        evidence,
      );
    }
    const found = database ? [database.module.at(database.line, `uses ${database.name}`)] : [];
    if (built === 0)
      return pass(
        `No value stands in the text of a statement; the database is reached through ${database?.name ?? "constant statements"}.`,
        [...found, ...evidence],
      );
    const are = built === 1 ? "1 statement is" : `${built} statements are`;
    return pass(`${are} put together, from constants, numbers, quoted names and placeholders only.`, [
      ...evidence,
      ...found,
    ]);
  },
});
