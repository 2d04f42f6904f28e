// What names a result: a hash of everything that it depends on. Equal inputs have equal keys on every machine, so that a result is
// found again by whoever needs it.

import { createHash } from "node:crypto";
import { packageVersion } from "../../server/package-version.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Job } from "./job.ts";
import { fingerprintOf } from "./measurements-fingerprint.ts";

/** To be raised whenever a job's result changes within a version of the package. */
export const resultsVersion = 2;

/** What a result depends on besides its job. */
export interface Provenance {
  readonly probselectVersion: string;
  readonly resultsVersion: number;
  /** Hash of the measurements in the data folder; null: only those of the package. */
  readonly measurements: string | null;
}

export interface KeyedJob {
  /** SHA-256, 64 hexadecimal digits. */
  readonly key: string;
  /** The job as canonical JSON: whoever does it reads the same text. */
  readonly text: string;
}

/**
 * The provenance of this process's results.
 *
 * @param dataFolder a folder with the measurements that the package may not contain.
 * @throws {ProbSelectError} experiments.malformed-measurements if the folder cannot be read.
 */
export async function provenanceOf(dataFolder: string | undefined): Promise<Provenance> {
  return {
    probselectVersion: packageVersion(),
    resultsVersion,
    measurements: dataFolder === undefined ? null : await fingerprintOf(dataFolder),
  };
}

export function keyedJob(job: Job, provenance: Provenance): KeyedJob {
  const text = canonicalJson(job);
  return { key: keyOf(text, provenance), text };
}

/** @param text a job as canonical JSON. */
export function keyOf(text: string, provenance: Provenance): string {
  return createHash("sha256")
    .update(`${canonicalJson(provenance)}\n${text}`)
    .digest("hex");
}
