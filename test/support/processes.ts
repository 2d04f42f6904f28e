// What the operating system knows of processes.

import { execFileSync } from "node:child_process";

const ps = (...columns: string[]) => execFileSync("ps", ["-eo", columns.join(",")], { encoding: "utf8" }).split("\n");

/** Process ids of the living children of `parent`. */
export function childrenOf(parent: number | undefined): number[] {
  return ps("pid=", "ppid=")
    .map((row) => row.trim().split(/\s+/).map(Number))
    .flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid] : []));
}

/** The command line of a process; "" if there is none. */
export function commandOf(pid: number): string {
  return ps("pid=", "args=").find((row) => Number.parseInt(row, 10) === pid) ?? "";
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
