// The error of an encoded update that is not what it claims.

import { ProbSelectError } from "../../foundation/errors.ts";

/** @param what is wrong, as a clause without its full stop. */
export function malformedUpdate(what: string): ProbSelectError {
  return new ProbSelectError(
    "models.malformed-update",
    `Not a usable encoded update: ${what}. Encode the difference to the model that the task names, in the task's encoding.`,
  );
}
