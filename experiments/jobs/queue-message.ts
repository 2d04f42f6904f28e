// What travels through the queue: jobs, results and failures, each as a string that is checked when it arrives.

import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { errorOf, failureOf, type JobFailure } from "./job-failure.ts";
import { type KeyedJob, keyOf, type Provenance } from "./job-key.ts";

/** A job's data in the queue; its id there is its key. */
export interface QueuedJob {
  readonly text: string;
}

const queuedJobSchema = z.object({ text: z.string() });
const failureSchema = z.object({ code: z.string().optional(), message: z.string(), stack: z.string().optional() });

/** One name for each provenance: processes whose results would differ never meet. */
export function queueName({ probselectVersion, resultsVersion, measurements }: Provenance): string {
  const suffix = measurements === null ? "" : `-${measurements.slice(0, 16)}`;
  return `probselect-${probselectVersion}-results-${resultsVersion}${suffix}`;
}

/** @throws {ProbSelectError} experiments.job-failed for a job whose id is not the key of its text. */
export function parseQueuedJob(id: string | undefined, data: unknown, provenance: Provenance): KeyedJob {
  const parsed = queuedJobSchema.safeParse(data);
  if (parsed.success && id === keyOf(parsed.data.text, provenance)) return { key: id, text: parsed.data.text };
  throw malformed(`the job ${id}`);
}

/** Results are long and alike: a few times shorter in Redis's memory. */
export async function packResult(result: string): Promise<string> {
  return (await promisify(gzip)(result)).toString("base64");
}

/** @throws {ProbSelectError} experiments.job-failed for what is no packed result. */
export async function unpackResult(packed: unknown): Promise<string> {
  try {
    return (await promisify(gunzip)(Buffer.from(z.string().parse(packed), "base64"))).toString("utf8");
  } catch (cause) {
    throw malformed("a result", cause);
  }
}

export function packFailure(thrown: unknown): string {
  return JSON.stringify(failureOf(thrown));
}

/** @param reason a packed failure, or words of BullMQ itself. */
export function unpackFailure(reason: string): ProbSelectError {
  const parsed = failureSchema.safeParse(parseJson(reason));
  // The code was one of ours when it was packed, by a process of the same version.
  if (parsed.success) return errorOf(parsed.data as JobFailure);
  return new ProbSelectError(
    "experiments.job-failed",
    `The queue gave a job up: ${reason}. Its processes may have run out of memory: use fewer --threads or a smaller fleet.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformed(what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "experiments.job-failed",
    `The queue holds ${what} that is malformed. Empty its database, or choose another one (--queue redis://HOST:6379/1).`,
    { cause },
  );
}
