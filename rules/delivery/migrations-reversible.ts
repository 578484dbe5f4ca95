import { defineRule, judgeShare, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findMigrations, type Migration } from "../../src/project/migrations.ts";

const alembic = (downgrade: string, upgrade = "    op.create_table('orders')\n"): string =>
  `from alembic import op\n\nrevision = "a1b2c3d4e5f6"\ndown_revision = None\n\n\ndef upgrade():\n${upgrade}\n\n${downgrade}`;
const django = (operations: string): string =>
  `from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = [\n${operations}    ]\n`;

export default defineRule({
  id: "migrations-reversible",
  category: "delivery",
  severity: "high",
  kinds: "all",
  title: "Database migrations can be taken back",
  why: "A release that must be rolled back leaves its schema behind; without a way back the old code meets a database it does not know.",
  fix: "Write the way back beside the way forth, and try it (`alembic downgrade -1 && alembic upgrade head`):\n\n```python\ndef upgrade() -> None:\n    op.add_column('orders', sa.Column('note', sa.Text()))\n\n\ndef downgrade() -> None:\n    op.drop_column('orders', 'note')\n```\n\nDjango's own operations know theirs; data migrations need one: `migrations.RunPython(fill, migrations.RunPython.noop)`.",
  checklist: ["000-36", "000-43"],
  examples: {
    pass: [
      {
        files: {
          "migrations/001_orders.sql": "CREATE TABLE orders (id int);\n",
          "migrations/001_orders.rollback.sql": "DROP TABLE orders;\n",
          "migrations/002_price.sql":
            "ALTER TABLE orders ADD price int;\n-- rollback ALTER TABLE orders DROP price;\n",
          "supabase/migrations/003_users.sql": "CREATE TABLE users (id int);\n",
          "app.py": "x = 1\n",
        },
        kind: "service",
        says: "All 2 SQL migrations can be taken back",
        at: "migrations/001_orders.sql:1",
      },
      {
        files: {
          "app.py": "",
          "migrations/versions/a1b2c3d4e5f6_orders.py": alembic(
            "def downgrade():\n    op.drop_table('orders')\n",
          ),
        },
        kind: "service",
        says: "The one Alembic migration can be taken back",
        at: "migrations/versions/a1b2c3d4e5f6_orders.py:11",
      },
      {
        files: {
          "shop/migrations/0001_initial.py": django("        migrations.CreateModel('Order', []),\n"),
        },
        kind: "service",
        says: "only operations that Django itself reverses",
        at: "shop/migrations/0001_initial.py:1",
      },
      {
        files: {
          "shop/migrations/0002_fill.py": django(
            "        migrations.RunPython(\n            code=fill,\n            reverse_code=migrations.RunPython.noop,\n        ),\n",
          ),
        },
        kind: "service",
        says: "The one Django migration can be taken back",
        at: "shop/migrations/0002_fill.py:7",
      },
      {
        files: {
          "app.py": "",
          "db/migrations/1_orders.up.sql": "CREATE TABLE orders ();\n",
          "db/migrations/1_orders.down.sql": "DROP TABLE orders;\n",
        },
        kind: "service",
        says: "The one SQL migration",
        at: "db/migrations/1_orders.up.sql:1",
      },
      {
        files: {
          "app.py": "",
          "migrations/versions/a1b2c3d4e5f6_orders.py": alembic(
            "def downgrade():\n    op.drop_table('orders')\n",
          ),
          "migrations/versions/b1b2c3d4e5f6_merge.py": alembic("def downgrade():\n    pass\n", "    pass\n"),
        },
        kind: "service",
        says: "The one Alembic migration can be taken back",
        at: "migrations/versions/a1b2c3d4e5f6_orders.py:11",
        note: "A merge of two branches changes nothing, so there is nothing to take back.",
      },
    ],
    partial: [
      {
        files: {
          "shop/migrations/0002_fill.py": django("        migrations.RunPython(fill, unfill),\n"),
          "shop/migrations/0003_more.py": django("        migrations.RunSQL('UPDATE orders SET a = 1'),\n"),
        },
        kind: "service",
        says: "1 of 2 Django migrations",
        at: "shop/migrations/0003_more.py:7",
      },
      {
        files: {
          ...Object.fromEntries(
            Array.from({ length: 12 }, (_, at) => [
              `shop/migrations/00${at + 10}_more.py`,
              django("        migrations.DeleteModel('Order'),\n"),
            ]),
          ),
          "shop/migrations/0003_more.py": django("        migrations.RunSQL('UPDATE orders SET a = 1'),\n"),
        },
        kind: "service",
        says: "1 of 1 Django migrations cannot be taken back",
        at: "shop/migrations/0003_more.py:7",
        note: "One of thirteen leaves most of the way open.",
      },
    ],
    fail: [
      {
        files: {
          "shop/sql/migrations/001_orders.sql": "CREATE TABLE orders (id int);\n",
          "shop/sql/migrations/002_price.sql": "ALTER TABLE orders ADD price int;\n",
          "app.py": "x = 1\n",
        },
        kind: "service",
        says: "2 of 2 SQL migrations cannot be taken back: no SQL that leads back",
        at: "shop/sql/migrations/001_orders.sql:1",
        note: "Files that a program of the project's own runs in order.",
      },
      {
        files: {
          "app.py": "",
          "migrations/versions/a1b2c3d4e5f6_orders.py": alembic(
            "def downgrade():\n    # not needed\n    pass\n",
          ),
        },
        kind: "service",
        says: "1 of 1 Alembic migrations cannot be taken back: downgrade does nothing",
        at: "migrations/versions/a1b2c3d4e5f6_orders.py:11",
      },
      {
        files: {
          "app.py": "",
          "migrations/versions/a1b2c3d4e5f6_orders.py": alembic(
            'def downgrade():\n    raise RuntimeError("No such thing as a downgrade")\n',
          ),
        },
        kind: "service",
        says: "downgrade refuses",
        at: "migrations/versions/a1b2c3d4e5f6_orders.py:11",
        note: "The function is there, and does nothing but refuse.",
      },
      {
        files: { "shop/migrations/0002_fill.py": django("        migrations.RunPython(fill),\n") },
        kind: "service",
        says: "RunPython without a reverse",
        at: "shop/migrations/0002_fill.py:7",
      },
    ],
    notApplicable: [
      { files: { "app.py": "x = 1\n" }, says: "no database migrations" },
      {
        files: { "blog/migrations/0001_initial.py": django("        migrations.RunPython(fill),\n") },
        kind: "library",
        says: "offers its migrations to others",
      },
    ],
  },
  check(project) {
    const all = findMigrations(project).filter(({ state }) => state !== "empty");
    if (all.length === 0) return notApplicable("The project has no database migrations.");
    if (project.kind === "library")
      return notApplicable("A library offers its migrations to others; it has no database of its own.");
    const written = all.filter(({ state }) => state !== "generated");
    if (written.length === 0)
      return pass(
        `${all.length === 1 ? "The one migration holds" : `All ${all.length} migrations hold`} only operations that Django itself reverses.`,
        all.map(toEvidence),
      );
    const bad = written.filter(({ state }) => state === "irreversible");
    const good = written.filter(({ state }) => state === "reversible");
    const aside =
      all.length > written.length ? ` (of ${all.length} in all; Django itself reverses the others)` : "";
    const tools = [...new Set(written.map(({ tool }) => tool))].join(" and ");
    if (bad.length === 0) {
      const said =
        good.length === 1 ? `The one ${tools} migration` : `All ${good.length} ${tools} migrations`;
      return judgeShare(1, 1, `${said} can be taken back${aside}.`, good.map(toEvidence));
    }
    const many = bad.length / all.length < FEW;
    const notes = [...new Set(bad.map(({ note }) => note))].slice(0, 3).join("; ");
    const said = `${bad.length} of ${written.length} ${tools} migrations cannot be taken back: ${notes}${aside}.`;
    // A few data migrations without a reverse among many that have one leave most of the way open.
    if (many && good.length < written.length / 2) return partial(said, bad.map(toEvidence));
    return judgeShare(good.length, written.length, said, bad.map(toEvidence));
  },
});

/** Under this share of all migrations, those without a reverse are few. */
const FEW = 0.1;

const toEvidence = ({ path, line, note }: Migration) => ({ path, startLine: line, note });
