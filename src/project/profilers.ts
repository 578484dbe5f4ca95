/** Profilers and benchmarks: in code, in settings, among the dependencies, in commands. */
import { findSettingNames } from "./instrumentation.ts";
import type { Place } from "./manifests/types.ts";
import { nestedManifests } from "./nested-manifests.ts";
import type { Project } from "./project.ts";
import { findOutsideComments } from "./python/outside-comments.ts";

export interface ProfilerSign extends Place {
  tool: string;
}

const MODULES =
  "cProfile pstats pyinstrument line_profiler memory_profiler scalene yappi memray viztracer tracemalloc objgraph pympler guppy pyroscope googlecloudprofiler ddtrace.profiling fastapi_profiler flask_profiler snakeviz kernprof torch.profiler werkzeug.middleware.profiler werkzeug.contrib.profiler pytest_benchmark pyperf richbench codspeed flask_debugtoolbar debug_toolbar silk".split(
    " ",
  );
const CONTINUOUS =
  /\b(?:profiles_sample_rate|profile_session_sample_rate|profiles_sampler)\b["']?\s{0,4}[=:]/;

function inCode({ source, tests, firstParty }: Project): ProfilerSign[] {
  return [...source, ...tests].flatMap((module) => {
    const imported =
      MODULES.some((name) => module.importsPackage(name)) &&
      module.imports.find(
        ({ module: name, level, names }) =>
          level === 0 &&
          !firstParty.has(name.split(".")[0] ?? "") &&
          MODULES.some(
            (wanted) =>
              name === wanted ||
              name.startsWith(`${wanted}.`) ||
              names.some((one) => `${name}.${one.name}` === wanted),
          ),
      );
    if (imported) return [{ path: module.path, line: imported.line, tool: imported.module }];
    const line = /profil/.test(module.text) ? findOutsideComments(module, CONTINUOUS) : undefined;
    return line === undefined ? [] : [{ path: module.path, line, tool: "Sentry's profiles" }];
  });
}

const inApps = (project: Project): ProfilerSign[] =>
  findSettingNames(
    project,
    /^(?:silk|debug_toolbar|django_cprofile_middleware|pyinstrument\.middleware|yet_another_django_profiler|nplusone|querycount)(?:\.|$)/,
  ).map(({ path, line, name }) => ({ path, line, tool: name }));

const PACKAGES =
  "pyinstrument py-spy scalene memory-profiler line-profiler yappi memray viztracer filprofiler snakeviz austin-dist austin-python pyroscope-io google-cloud-profiler pytest-benchmark pytest-codspeed pytest-profiling pytest-memray asv airspeed-velocity pyperf richbench django-silk django-debug-toolbar flask-debugtoolbar flask-debugtoolbar-sqlalchemy fastapi-profiler flask-profiler fastapi-debug-toolbar pyramid-debugtoolbar django-cprofile-middleware gprof2dot tuna django-querycount".split(
    " ",
  );

const inDependencies = (project: Project): ProfilerSign[] =>
  [project.manifests, ...nestedManifests(project)]
    .flatMap(({ dependencies }) => dependencies)
    .filter(({ name }) => PACKAGES.includes(name))
    .map(({ path, line, name }) => ({ path, line, tool: name }));

const COMMAND =
  /\b(?:py-spy|pyinstrument|scalene|memray|viztracer|kernprof|mprof|fil-profile|austin|pyperf|snakeviz|gprof2dot)\b|-m (?:cProfile|profile|memory_profiler)\b|\basv (?:run|continuous)\b|--benchmark-\w+|--codspeed\b|--profile-svg\b/;

const inCommands = ({ delivery }: Project): ProfilerSign[] =>
  [
    ...delivery.tasks.flatMap(({ commands }) => commands),
    ...delivery.ciCommands,
    ...delivery.startCommands,
  ].flatMap(({ path, line, text }) => {
    const found = COMMAND.exec(text)?.[0];
    return found === undefined ? [] : [{ path, line, tool: found }];
  });

const inFiles = ({ files }: Project): ProfilerSign[] =>
  files.paths
    .filter((path) => /(?:^|\/)asv\.conf\.json$/.test(path))
    .map((path) => ({ path, line: 1, tool: "asv" }));

/** Every profiler or benchmark at hand. */
export const findProfilers = (project: Project): ProfilerSign[] => [
  ...inCode(project),
  ...inApps(project),
  ...inDependencies(project),
  ...inCommands(project),
  ...inFiles(project),
];
