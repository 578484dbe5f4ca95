/** What Linux tells of a process from outside: /proc. Elsewhere nothing is known, and the table says so. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pid as ownPid } from "node:process";

/** Clock ticks of /proc a second; the same on all of Linux's usual machines. */
const TICKS = 100;

/** Processes below this one that run workerd. */
export function listWorkerds(): number[] {
  const processes = readProcesses();
  const isBelow = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && (parent === ownPid || isBelow(parent));
  };
  return [...processes].filter(([pid, { name }]) => name === "workerd" && isBelow(pid)).map(([pid]) => pid);
}

function readProcesses(): Map<number, { name: string; parent: number }> {
  const found = new Map<number, { name: string; parent: number }>();
  for (const pid of orNothing(() => readdirSync("/proc")) ?? []) {
    const stat = /^\d+$/.test(pid) ? orNothing(() => readFileSync(`/proc/${pid}/stat`, "utf8")) : undefined;
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat ?? "") ?? [];
    if (name !== undefined) found.set(Number(pid), { name, parent: Number(parent) });
  }
  return found;
}

/** CPU time that a process has had, in milliseconds, to 10 ms; it counts every thread, the garbage collector's too. */
export function cpuMsOf(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  const stat = orNothing(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields && ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
}

/** Resident memory now and at its highest since `forgetPeak`, in bytes. */
export function memoryOf(pid: number | undefined): { now: number; peak: number } | undefined {
  const status = pid === undefined ? undefined : orNothing(() => readFileSync(`/proc/${pid}/status`, "utf8"));
  const read = (name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status ?? "")?.[1]);
  return status === undefined ? undefined : { now: read("VmRSS"), peak: read("VmHWM") };
}

export function forgetPeak(pid: number | undefined): void {
  if (pid !== undefined) orNothing(() => writeFileSync(`/proc/${pid}/clear_refs`, "5"));
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
