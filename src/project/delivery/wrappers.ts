/** Programs that run another program, and where their own words end. */

export interface Wrapper {
  /** Words after the program that make it a wrapper: `run` of `uv run`. */
  words: readonly string[];
  /** Options that take the next word as their value. */
  valued: ReadonlySet<string>;
  /** How many words stand before the command: a service, an image, a user. */
  positional: number;
  /** The command stands behind `--` only. */
  dashes: boolean;
}

const COMPOSE = "-f --file -p --project-name --env-file --profile --project-directory -c";
const CONTAINER =
  "-e --env -v --volume -w --workdir -u --user --name --entrypoint -p --publish --network --env-file -l --label --mount --platform -h --hostname --add-host --cpus -m --memory --gpus --shm-size --ulimit --index";
const UV =
  "--with --with-requirements --with-editable --extra --group --only-group --no-group --no-extra -p --python --project --directory --env-file --package --index --default-index --index-url --extra-index-url --config-file -w --from --cache-dir --resolution";

/** `program words… | options with values | words before the command, or --`. */
const TABLE = `
time; travis_retry; travis_wait; nohup; pyenv exec; command; builtin; catchsegv; unbuffer; setsid; tini; dumb-init; eatmydata; linux32; cross-env; bunx
opentelemetry-instrument; ddtrace-run; elastic-apm-run; newrelic-admin run-program
sudo | -u --user -g --group -C -h -p; doas | -u; env | -u --unset -C --chdir; exec | -a; nice | -n; ionice | -c -n -p
stdbuf | -i -o -e; xvfb-run | -s -n -e -f -p --server-args --server-num; timeout | -k -s | 1; gosu | | 1; su-exec | | 1
setpriv | --reuid --regid; runuser | -u -g; xargs | -n -I -P -L -d; retry | -t --tries -d --delay --sleep --times --max
dockerize | -wait -timeout -template; wait-for-it | | --; wait-for-it.sh | | --; wait-for | | --
uv run | ${UV}; uv tool run | ${UV}; uvx | ${UV}; pipx run | --spec --python --index-url --pip-args
poetry run | -C --directory -P --project; pipenv run; pdm run | -p --project --venv; rye run
pixi run | -e --environment --manifest-path; hatch run | -e --env; conda run | -n --name -p --prefix --cwd
mamba run | -n --name -p --prefix --cwd; micromamba run | -n --name -p --prefix --cwd
coverage run | --source --omit --include --rcfile --context --data-file --concurrency; slipcover | --source --omit --out
docker-compose run | ${COMPOSE} ${CONTAINER} | 1; docker-compose exec | ${COMPOSE} ${CONTAINER} | 1
docker compose run | ${COMPOSE} ${CONTAINER} | 1; docker compose exec | ${COMPOSE} ${CONTAINER} | 1
docker run | ${CONTAINER} | 1; docker exec | ${CONTAINER} | 1; podman run | ${CONTAINER} | 1; podman exec | ${CONTAINER} | 1
kubectl exec | | --; heroku run | -a --app; dotenv run | -f --file; dotenv | -f --file -e; op run | --env-file
doppler run | -p -c --project --config; infisical run | --env --path; chamber exec | | --; aws-vault exec | | --
honcho run | -e -f; foreman run | -e -f; watchmedo auto-restart | | --; npx | -p --package`;

/** By program, those with more words first. */
export const WRAPPERS: ReadonlyMap<string, readonly Wrapper[]> = readTable();

function readTable(): Map<string, Wrapper[]> {
  const wrappers = new Map<string, Wrapper[]>();
  for (const entry of TABLE.trim().split(/[;\n]/)) {
    const [names = "", valued = "", before = ""] = entry.split("|").map((part) => part.trim());
    const [program = "", ...words] = names.split(" ");
    const wrapper = {
      words,
      valued: new Set(valued.split(" ")),
      positional: Number(before) || 0,
      dashes: before === "--",
    };
    const known = [...(wrappers.get(program) ?? []), wrapper];
    wrappers.set(
      program,
      known.sort((one, other) => other.words.length - one.words.length),
    );
  }
  return wrappers;
}
