// What an upload holds, and how it is examined and read: the parameters themselves, or their coded difference to the global model.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { decodeUpdate } from "../../models/compression/decode-update.ts";
import type { UpdateEncoding } from "../../models/compression/update-encoding.ts";
import { decodeParameterFile } from "../../models/parameter-file.ts";
import type { ParameterSet, TensorLayout } from "../../models/parameter-set.ts";
import { checkUpdateFile } from "./check-update-file.ts";
import type { UpdateProblem } from "./parameter-scan.ts";
import type { PrefixCheck } from "./prefix-check.ts";

/** An update that travels in fewer bytes. */
export interface CodedContent {
  readonly encoding: UpdateEncoding;
  /** The model that the round began with. */
  readonly global: ParameterSet;
}

export interface UploadContent {
  /** The tensors that the update must hold. */
  readonly layout: readonly TensorLayout[];
  /** Absent: it is a parameter file. */
  readonly coded?: CodedContent | undefined;
  /** True: it is the masked input of secure aggregation, words of 32 bits that say nothing, so that only length and hash are checked. */
  readonly isMasked?: boolean | undefined;
}

export interface StatedFile {
  readonly sha256: string;
  readonly byteLength: number;
}

/**
 * The first thing that is wrong with the file at `path`, or undefined.
 *
 * @param seen the check of a parameter file's first bytes, if they were checked while they arrived; used up by this.
 */
export async function problemOfUpdate(
  path: string,
  { layout, coded, isMasked, expectedBytes }: UploadContent & { readonly expectedBytes: number },
  stated: StatedFile,
  seen?: PrefixCheck,
): Promise<UpdateProblem | undefined> {
  if (!coded && !isMasked) return checkUpdateFile(path, { ...stated, layout, expectedBytes }, seen);
  const { size } = await stat(path);
  if (size !== expectedBytes || stated.byteLength !== size) {
    const reason = `The update has ${size} bytes and states ${stated.byteLength}; the task needs ${expectedBytes}.`;
    return { code: "server.update-wrong-length", reason };
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  const sha256 = hash.digest("hex");
  if (sha256 !== stated.sha256) {
    const reason = `The parts that arrived have SHA-256 ${sha256}, but the commit states ${stated.sha256}.`;
    return { code: "server.update-hash-mismatch", reason };
  }
  if (isMasked) return undefined;
  try {
    await readUpdate(path, { layout, coded });
    return undefined;
  } catch (thrown) {
    const code = thrown instanceof ProbSelectError ? thrown.code : "server.update-malformed";
    return { code, reason: messageOf(thrown) };
  }
}

/** The parameters of an update that was examined. */
export async function readUpdate(path: string, { layout, coded }: UploadContent): Promise<ParameterSet> {
  const bytes = await readFile(path);
  return coded ? decodeUpdate(bytes, coded.global, coded.encoding) : decodeParameterFile(bytes, layout);
}
