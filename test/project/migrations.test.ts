/** Migrations of every tool, and when they are run. */
import { describe, expect, it } from "vitest";
import { findMigrationRuns } from "../../src/project/migration-runs.ts";
import { findMigrations } from "../../src/project/migrations.ts";
import { projectOf } from "./project-of.ts";

const states = (files: Record<string, string>) =>
  findMigrations(projectOf(files)).map(({ tool, state, note }) => `${tool} ${state}: ${note}`);

describe("migrations", () => {
  const alembic = (downgrade: string) =>
    `revision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    op.add_column()\n\n\n${downgrade}`;

  it.each([
    ["def downgrade():\n    op.drop_column()\n", "reversible: downgrade"],
    ["def downgrade() -> None: pass\n", "irreversible: downgrade does nothing"],
    ['def downgrade():\n    """Not possible."""\n', "irreversible: downgrade does nothing"],
    ["def downgrade():\n    # ### commands\n    ...\n", "irreversible: downgrade does nothing"],
    ["def downgrade():\n    raise NotImplementedError\n", "irreversible: downgrade refuses"],
    ["", "irreversible: no downgrade"],
  ])("Alembic %j", (downgrade, state) => {
    expect(states({ "migrations/versions/a1_x.py": alembic(downgrade) })).toEqual([`Alembic ${state}`]);
  });

  it.each([
    ["migrations.RunPython(a, b)", "reversible: RunPython with its reverse"],
    ["migrations.RunPython(a, reverse_code=None)", "irreversible: RunPython without a reverse"],
    ["migrations.RunSQL('x', reverse_sql=migrations.RunSQL.noop)", "reversible: RunSQL with its reverse"],
    ["migrations.RunSQL('x')", "irreversible: RunSQL without a reverse"],
    ["migrations.RunPython(*steps)", "reversible: RunPython with its reverse"],
    ["migrations.AddField('a', 'b', c)", "generated: operations that Django reverses"],
  ])("Django %s", (operation, state) => {
    const text = `from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [${operation}]\n`;
    expect(states({ "shop/migrations/0002_x.py": text })).toEqual([`Django ${state}`]);
  });

  it("Aerich returns SQL, yoyo gives steps, SQL files come in pairs", () => {
    const aerich = (down: string) =>
      `async def upgrade(db) -> str:\n    return """CREATE TABLE a ()"""\n\n\nasync def downgrade(db) -> str:\n    return """${down}"""\n`;
    expect(states({ "migrations/models/0_a.py": aerich("DROP TABLE a") })).toEqual([
      "Aerich reversible: downgrade",
    ]);
    expect(states({ "migrations/models/0_a.py": aerich("\n") })).toEqual([
      "Aerich irreversible: downgrade does nothing",
    ]);
    expect(states({ "migrations/0001.py": 'from yoyo import step\n\nstep("CREATE TABLE a ()")\n' })).toEqual([
      "yoyo irreversible: step without a rollback",
    ]);
    expect(
      states({
        "db/migrations/V1__a.sql": "x",
        "db/migrations/V2__b.sql": "x",
        "db/migrations/U2__b.sql": "x",
      }),
    ).toEqual(["SQL irreversible: no U1__a.sql", "SQL reversible: U2__b.sql"]);
  });

  it("tests and templates have none", () => {
    const text = alembic("def downgrade(): pass\n");
    expect(
      states({ "tests/migrations/versions/a1_x.py": text, "examples/migrations/versions/a1_x.py": text }),
    ).toEqual([]);
  });
});

describe("when migrations are run", () => {
  const runs = (files: Record<string, string>) =>
    findMigrationRuns(projectOf({ "app.py": "", ...files })).map(
      ({ atStart, note }) => `${atStart ? "start" : "once"}: ${note}`,
    );

  it("by the release process once, by the web process at each start", () => {
    expect(runs({ Procfile: "release: alembic upgrade head\nweb: gunicorn app:app\n" })).toEqual([
      "once: alembic upgrade in process release",
    ]);
    expect(runs({ Procfile: "web: alembic upgrade head && gunicorn app:app\n" })).toEqual([
      "start: alembic upgrade in process web",
    ]);
  });

  it("by an entry point at each start, unless it does what it is told", () => {
    const image = { Dockerfile: 'FROM python:3.13\nCOPY . .\nENTRYPOINT ["./run.sh"]\n' };
    expect(runs({ ...image, "run.sh": "python manage.py migrate\nexec gunicorn app\n" })).toEqual([
      "start: manage.py migrate in entry point run.sh",
    ]);
    expect(
      runs({ ...image, "run.sh": 'case "$1" in\n  migrate) python manage.py migrate ;;\nesac\n' }),
    ).toEqual([]);
  });
});
