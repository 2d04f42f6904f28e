// Where the journal of a job lies that trains: under its policy's name for people, with the beginning of its key, so that a journal is
// never taken for that of other inputs.

import { join } from "node:path";
import type { Job } from "./job.ts";

const KEY_DIGITS = 8;

/** @param folder undefined: no journals are wanted. @returns undefined also for a job that trains nothing. */
export function journalPathOf(folder: string | undefined, { spec }: Job, key: string): string | undefined {
  if (folder === undefined || !spec.world.learning) return undefined;
  const policy = spec.policy.label.replaceAll(/[^\w.-]+/g, "-");
  return join(folder, `${policy}-seed-${spec.seed}-${key.slice(0, KEY_DIGITS)}.ndjson`);
}
