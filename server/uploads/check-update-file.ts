// The examination of an update before it may touch the global model: whole, unchanged, of the right shape, finite.

import { stat } from "node:fs/promises";
import type { TensorLayout } from "../../models/parameter-set.ts";
import type { UpdateProblem } from "./parameter-scan.ts";
import { beginPrefixCheck, type PrefixCheck } from "./prefix-check.ts";

export interface UpdateExpectation {
  /** What the client stated when it committed. */
  readonly sha256: string;
  readonly byteLength: number;
  /** What the task asked for. */
  readonly expectedBytes: number;
  readonly layout: readonly TensorLayout[];
}

/**
 * The first thing that is wrong with the file at `path`, or undefined. It is read in slices; the event loop waits for none of
 * them longer than a few milliseconds.
 *
 * @param seen the check of its first bytes, if they were checked while they arrived; used up by this.
 */
export async function checkUpdateFile(
  path: string,
  expected: UpdateExpectation,
  seen: PrefixCheck = beginPrefixCheck(expected.expectedBytes, expected.layout),
): Promise<UpdateProblem | undefined> {
  const { size } = await stat(path);
  if (size !== expected.expectedBytes || expected.byteLength !== size) {
    const reason = `The update has ${size} bytes and states ${expected.byteLength}; the task needs ${expected.expectedBytes}.`;
    return { code: "server.update-wrong-length", reason };
  }
  const { sha256, problem } = await seen.finish(path);
  if (sha256 === expected.sha256) return problem;
  const reason = `The parts that arrived have SHA-256 ${sha256}, but the commit states ${expected.sha256}.`;
  return { code: "server.update-hash-mismatch", reason };
}
