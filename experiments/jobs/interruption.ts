// What a run that was stopped rejects with.

import { ProbSelectError } from "../../foundation/errors.ts";

/** The signal's own reason where that is one of our errors, else experiments.interrupted. */
export function interruptionOf({ reason }: AbortSignal): ProbSelectError {
  if (reason instanceof ProbSelectError) return reason;
  return new ProbSelectError(
    "experiments.interrupted",
    "The run was interrupted. What is done is kept: the same command goes on from there.",
  );
}
