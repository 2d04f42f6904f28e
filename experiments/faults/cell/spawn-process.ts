// A process of the matrix: its orders go in as JSON, its lines come out as JSON.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { programArguments } from "../../../background/program-arguments.ts";
import type { ProcessLine } from "./timeline.ts";

export interface SpawnedProcess {
  readonly child: ChildProcess;
  /** Its exit code, or null if a signal ended it; after its last line. */
  readonly exited: Promise<number | null>;
  /** What it said on stderr so far. */
  readonly stderr: () => string;
}

/**
 * @param program a module in processes/, without its extension.
 * @param through a command that starts another one, with its arguments, such as ip netns exec NAME.
 */
export function spawnProcess(
  program: string,
  orders: unknown,
  onLine: (line: ProcessLine) => void,
  through: readonly string[] = [],
): SpawnedProcess {
  const [options, path] = programArguments(import.meta.url, `../processes/${program}`);
  const [command = "", ...args] = [...through, process.execPath, ...options, path];
  const child = spawn(command, [...args, JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => onLine(JSON.parse(line)));
  const exited = once(child, "close").then(([code]: unknown[]) => (typeof code === "number" ? code : null));
  return { child, exited, stderr: () => stderr };
}
