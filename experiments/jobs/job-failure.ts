// A job's error as plain data, to cross from a thread or a machine to another one, and back.

import { type ErrorCode, messageOf, ProbSelectError } from "../../foundation/errors.ts";

export interface JobFailure {
  /** Absent: nobody foresaw the error. */
  readonly code?: ErrorCode | undefined;
  readonly message: string;
  /** Where it was thrown. */
  readonly stack?: string | undefined;
}

export function failureOf(thrown: unknown): JobFailure {
  return {
    code: thrown instanceof ProbSelectError ? thrown.code : undefined,
    message: messageOf(thrown),
    stack: thrown instanceof Error ? thrown.stack : undefined,
  };
}

/** The error with its code; one that nobody foresaw becomes experiments.job-failed. */
export function errorOf({ code, message, stack }: JobFailure): ProbSelectError {
  if (code) return new ProbSelectError(code, message, { cause: stack });
  return new ProbSelectError("experiments.job-failed", `A job failed unexpectedly: ${message}. Please report it.`, {
    cause: stack,
  });
}
