// What every verb shares: results to stdout (people or JSON), the option `--json`, and what an error means for the exit code.

import { ProbSelectError } from "../foundation/errors.ts";

/** `--json` of every verb that prints a result: `builder: (cli) => cli.option("json", jsonOption)`. */
export const jsonOption = {
  type: "boolean",
  default: false,
  describe: "Print the result as JSON, last on stdout",
} as const;

/** Process exit codes: 0 ok, 1 failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** One line of JSON on stdout. Non-finite numbers become null, as JSON has none. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/**
 * The result of a verb: one JSON line if asked for, else the text for people, which is only then computed.
 *
 * @example printResult(json, device, () => formatDevice(device))
 */
export function printResult(json: boolean, value: unknown, text: () => string): void {
  if (json) printJson(value);
  else process.stdout.write(`${text().trimEnd()}\n`);
}

/** 2 for wrong usage, 1 for every other error. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof ProbSelectError && error.code === "cli.wrong-usage" ? 2 : 1;
}

/**
 * What stderr says about an error: a ProbSelectError is the operator's to solve, so its message and code are enough; any
 * other error is a defect of ours and says so. The stack and the causes come with `verbose`.
 *
 * @example describeError(new ProbSelectError("server.address-in-use", "Port 7700 is taken. Pass --port."), false)
 * // "probselect: Port 7700 is taken. Pass --port. [server.address-in-use]"
 */
export function describeError(error: unknown, verbose: boolean): string {
  const details = verbose && error instanceof Error ? `\n${stackWithCauses(error)}` : "";
  if (error instanceof ProbSelectError) return `probselect: ${error.message} [${error.code}]${details}`;
  const message = error instanceof Error ? error.message : String(error);
  const hint = verbose ? "" : " Run it again with --verbose for the stack.";
  return `probselect: unexpected error: ${message}${hint}${details}`;
}

function stackWithCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\nCaused by: ${stackWithCauses(error.cause)}` : stack;
}

/** Lets `probselect ... | head` end quietly: what is written after the reader has left goes nowhere. */
export function ignoreBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
