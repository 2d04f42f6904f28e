// The examination of an update before it may touch the global model: whole, unchanged, of the right shape, finite.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { decodeParameterFile } from "../../models/parameter-file.ts";
import { firstNonFinite, type ParameterSet, type TensorLayout } from "../../models/parameter-set.ts";

export interface UpdateExpectation {
  /** What the client stated when it committed. */
  readonly sha256: string;
  readonly byteLength: number;
  /** What the task asked for. */
  readonly expectedBytes: number;
  readonly layout: readonly TensorLayout[];
}

export interface UpdateProblem {
  readonly code: string;
  readonly reason: string;
}

/** The first thing that is wrong with the file at `path`, or undefined. The hash is streamed; memory is O(model). */
export async function checkUpdateFile(path: string, expected: UpdateExpectation): Promise<UpdateProblem | undefined> {
  const { size } = await stat(path);
  if (size !== expected.expectedBytes || expected.byteLength !== size) {
    const reason = `The update has ${size} bytes and states ${expected.byteLength}; the task needs ${expected.expectedBytes}.`;
    return { code: "server.update-wrong-length", reason };
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  const sha256 = hash.digest("hex");
  if (sha256 !== expected.sha256) {
    const reason = `The parts that arrived have SHA-256 ${sha256}, but the commit states ${expected.sha256}.`;
    return { code: "server.update-hash-mismatch", reason };
  }
  return problemOfParameters(await readFile(path), expected.layout);
}

function problemOfParameters(file: Uint8Array, layout: readonly TensorLayout[]): UpdateProblem | undefined {
  let parameters: ParameterSet;
  try {
    parameters = decodeParameterFile(file, layout);
  } catch (thrown) {
    const code = thrown instanceof ProbSelectError ? thrown.code : "server.update-malformed";
    return { code, reason: messageOf(thrown) };
  }
  const bad = firstNonFinite(parameters.values);
  if (bad < 0) return undefined;
  const reason = `Parameter ${bad} of the update is ${parameters.values[bad]}. Lower the learning rate.`;
  return { code: "models.non-finite-parameter", reason };
}
