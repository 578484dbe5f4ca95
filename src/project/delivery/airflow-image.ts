/** Commands that containers of Airflow are given. */
import type { Dockerfile } from "./types.ts";

/** The entry point of Airflow's image takes the words of `airflow`: https://airflow.apache.org/docs/docker-stack/entrypoint.html */
export function inAirflow(
  command: string | undefined,
  image: string | undefined,
  dockerfiles: readonly Dockerfile[],
): string | undefined {
  if (command === undefined || !/^(?:webserver|api-server|standalone)\b/.test(command)) return command;
  const bases = dockerfiles.flatMap(({ stages }) => stages.map((stage) => stage.image));
  return (image === undefined ? bases : [image]).some((one) => /airflow/.test(one))
    ? `airflow ${command}`
    : command;
}
