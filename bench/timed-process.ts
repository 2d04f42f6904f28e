// A process from its start to its end, with what it printed last.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface TimedProcess<Result> {
  /** Wall time, start-up included. */
  readonly seconds: number;
  /** The last line of stdout, which is JSON. */
  readonly result: Result;
}

/** What a process may print before its result. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;
const LONGEST_MILLISECONDS = 3_600_000;

/** Rejects if the process fails, with the end of what it wrote to stderr. */
export async function timedProcess<Result>(command: string, given: readonly string[]): Promise<TimedProcess<Result>> {
  const started = performance.now();
  const stdout = await run(command, given);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, result: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") };
}

/** The process' stdout. Rejects as `timedProcess`. */
export async function run(command: string, given: readonly string[]): Promise<string> {
  const limits = { maxBuffer: MOST_OUTPUT_BYTES, timeout: LONGEST_MILLISECONDS };
  try {
    return (await promisify(execFile)(command, given, limits)).stdout;
  } catch (thrown) {
    const { stderr = "", message = String(thrown) } = thrown as { readonly stderr?: string; readonly message?: string };
    const last = stderr.trim().split("\n").at(-1);
    throw new Error(last || message, { cause: thrown });
  }
}
