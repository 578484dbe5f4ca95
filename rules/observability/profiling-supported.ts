import { defineRule, type Evidence, fail, pass } from "../../src/engine/rule.ts";
import { findLine } from "../../src/project/files.ts";
import { findSettingNames } from "../../src/project/instrumentation.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "profiling-supported",
  category: "observability",
  severity: "low",
  kinds: ["service", "pipeline"],
  title: "The code can be profiled",
  why: "Guessing at what is slow costs days; with a profiler or benchmark at hand it is a matter of minutes.",
  fix: "Add a profiler to the development dependencies and say how it is used:\n\n```sh\nuv add --dev pyinstrument pytest-benchmark\npyinstrument -m shop.import_orders\n```\n\nDjango projects use `django-silk` or the debug toolbar; a running process can be looked into with `py-spy`.",
  checklist: ["001-30", "001-31"],
  examples: {
    pass: [
      {
        files: { "app.py": "x = 1\n", "requirements-dev.txt": "pytest==8.3.0\npyinstrument==5.0.0\n" },
        kind: "service",
        says: "pyinstrument",
        at: "requirements-dev.txt:2",
      },
      {
        files: { "settings.py": "INSTALLED_APPS = ['silk']\nMIDDLEWARE = []\n" },
        kind: "service",
        says: "silk",
        at: "settings.py:1",
      },
      {
        files: { "run.py": "import cProfile\n\ncProfile.run('work()', 'out.prof')\n" },
        kind: "pipeline",
        says: "cProfile",
        at: "run.py:1",
      },
      {
        files: { "app.py": "x = 1\n", Makefile: "profile:\n\tpy-spy record -o out.svg -- python app.py\n" },
        kind: "service",
        says: "py-spy",
        at: "Makefile:2",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, kind: "service", says: "No profiler" },
      {
        files: { "app.py": "def profile(user):\n    return user.profile\n\n\n# cProfile would be nice\n" },
        kind: "service",
        says: "No profiler",
        note: "The profile of a user is none of the code.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const found = [
      ...inCode(project),
      ...inApps(project),
      ...inDependencies(project),
      ...inCommands(project),
      ...inFiles(project),
    ];
    const names = [...new Set(found.map(({ tool }) => tool))];
    if (found.length === 0) return fail("No profiler or benchmark is set up or at hand.");
    const evidence = found.map(({ path, startLine, tool }) => ({ path, startLine, note: tool }));
    return pass(`The code can be profiled with ${names.slice(0, 4).join(", ")}.`, evidence);
  },
});

type Sign = Evidence & { tool: string };

const MODULES =
  "cProfile profile pstats pyinstrument line_profiler memory_profiler scalene yappi memray viztracer tracemalloc objgraph pympler guppy pyroscope googlecloudprofiler ddtrace.profiling fastapi_profiler flask_profiler fil_profile fil snakeviz austin tuna kernprof torch.profiler werkzeug.middleware.profiler werkzeug.contrib.profiler pytest_benchmark pyperf richbench codspeed flask_debugtoolbar debug_toolbar silk".split(
    " ",
  );
const CONTINUOUS =
  /\b(?:profiles_sample_rate|profile_session_sample_rate|profiles_sampler)\b["']?\s{0,4}[=:]/;

function inCode({ source, tests }: Project): Sign[] {
  return [...source, ...tests].flatMap((module) => {
    const imported = module.imports.find(
      ({ module: name, level, names }) =>
        level === 0 &&
        MODULES.some(
          (wanted) =>
            name === wanted ||
            name.startsWith(`${wanted}.`) ||
            names.some((one) => `${name}.${one.name}` === wanted),
        ),
    );
    if (imported) return [{ ...module.at(imported.line), tool: imported.module }];
    const line = /profil/.test(module.text) ? findLine(module.text, CONTINUOUS) : undefined;
    return line === undefined ? [] : [{ ...module.at(line), tool: "Sentry's profiles" }];
  });
}

const inApps = (project: Project): Sign[] =>
  findSettingNames(
    project,
    /^(?:silk|debug_toolbar|django_cprofile_middleware|pyinstrument\.middleware|yet_another_django_profiler|nplusone|querycount)(?:\.|$)/,
  ).map(({ path, line, name }) => ({ path, startLine: line, tool: name }));

const PACKAGES =
  "pyinstrument py-spy scalene memory-profiler line-profiler yappi memray viztracer filprofiler snakeviz austin-dist austin-python pyroscope-io google-cloud-profiler pytest-benchmark pytest-codspeed pytest-profiling pytest-memray asv airspeed-velocity pyperf richbench django-silk django-debug-toolbar flask-debugtoolbar flask-debugtoolbar-sqlalchemy fastapi-profiler flask-profiler fastapi-debug-toolbar pyramid-debugtoolbar django-cprofile-middleware gprof2dot tuna django-querycount".split(
    " ",
  );

const inDependencies = ({ manifests }: Project): Sign[] =>
  manifests.dependencies
    .filter(({ name }) => PACKAGES.includes(name))
    .map(({ path, line, name }) => ({ path, startLine: line, tool: name }));

const COMMAND =
  /\b(?:py-spy|pyinstrument|scalene|memray|viztracer|kernprof|mprof|fil-profile|austin|pyperf|snakeviz|gprof2dot)\b|-m (?:cProfile|profile|memory_profiler)\b|\basv (?:run|continuous)\b|--benchmark-\w+|--codspeed\b|--profile-svg\b/;

const inCommands = ({ delivery }: Project): Sign[] =>
  [
    ...delivery.tasks.flatMap(({ commands }) => commands),
    ...delivery.ciCommands,
    ...delivery.startCommands,
  ].flatMap(({ path, line, text }) => {
    const found = COMMAND.exec(text)?.[0];
    return found === undefined ? [] : [{ path, startLine: line, tool: found }];
  });

const inFiles = ({ files }: Project): Sign[] =>
  files.paths
    .filter((path) => /(?:^|\/)asv\.conf\.json$/.test(path))
    .map((path) => ({ path, startLine: 1, tool: "asv" }));
