// The errors of data files: where, what, and what to do.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";

/** @param what a sentence or two that end with what to do. @example malformed("train.csv, line 3", 'the label is empty. Fill it.') */
export function malformed(where: string, what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("workloads.malformed-dataset", `${where}: ${what}`, { cause });
}

export function missing(path: string, cause: unknown): ProbSelectError {
  return new ProbSelectError(
    "workloads.dataset-missing",
    `The data ${path} cannot be read (${messageOf(cause)}). Check the path; it begins at the working directory.`,
    { cause },
  );
}

/** A value in a message, cut where it is long. */
export function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return `"${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`;
}
