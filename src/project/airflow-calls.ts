/** Calls to other systems that an Airflow project leaves to operators, sensors and hooks. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface AirflowCall {
  module: PythonModule;
  line: number;
  /** The class: `PostgresOperator`. */
  name: string;
}

const TASK =
  /^airflow\.(?:providers|contrib|operators|sensors|hooks)\.(?:[\w.]{1,200}\.)?(\w{1,80}(?:Operator|Sensor|Hook))$/;
/** What runs in the worker itself, waits for a file or a time there, or asks Airflow's own database. */
const INSIDE =
  /^airflow\.(?:providers\.(?:standard|sqlite|common\.compat)|(?:operators|sensors|hooks)\.(?:base|bash|python|dummy|empty|branch|latest_only|subdag|trigger_dagrun|dagrun|datetime|date_time|time|weekday|day_of_week|external_task|filesystem|sqlite|check|generic_transfer)|contrib\.(?:operators|sensors|hooks)\.(?:file|fs|python|bash|weekday))/;

/** Operators and sensors that a DAG makes, and hooks, which go over a network. */
export const findAirflowCalls = ({ source }: Pick<Project, "source">): AirflowCall[] =>
  source.flatMap((module) => {
    if (!module.mentions("airflow") || !module.importsPackage("airflow")) return [];
    return module.callSites.flatMap(({ callee, line }) => {
      const name = INSIDE.test(callee) ? undefined : TASK.exec(callee)?.[1];
      return name === undefined ? [] : [{ module, line, name }];
    });
  });
