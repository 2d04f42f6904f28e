// Wrong usage of the command line: exit code 2, and no stack.

import { ProbSelectError } from "../foundation/errors.ts";

/** @param message names the option, its value and what to give instead. */
export function wrongUsage(message: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("cli.wrong-usage", message, { cause });
}

/** What `read` makes of an option's value; where it refuses the value, that is wrong usage. */
export function fromOption<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof ProbSelectError ? wrongUsage(thrown.message, thrown) : thrown;
  }
}
