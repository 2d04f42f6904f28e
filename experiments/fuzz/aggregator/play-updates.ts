// Hostile parameter files with a right token and their true hash: whatever is wrong with them must be found by what reads them.

import { decodeUpdate } from "../../../models/compression/decode-update.ts";
import type { UpdateEncoding } from "../../../models/compression/update-encoding.ts";
import type { Tally } from "../findings.ts";
import { streamOf } from "../generate/draw.ts";
import { hostileParameterFile, isUsable } from "../generate/parameter-files.ts";
import { tinyParameters, updateFile } from "../tiny-model.ts";
import { type RosterClient, replyOf } from "./roster-client.ts";

export interface UpdatePlay {
  readonly seed: number;
  readonly tally: Tally;
  readonly encoding: UpdateEncoding | undefined;
}

/** Uploads and commits as that client, whose task ends with it. */
export async function playUpdate(index: number, spoiler: RosterClient, play: UpdatePlay): Promise<void> {
  const { seed, tally, encoding } = play;
  const mayBeTaken = encoding ? (file: Uint8Array) => isReadable(file, encoding) : isUsable;
  const file = hostileParameterFile(updateFile(0, 9, encoding), streamOf(seed, index), mayBeTaken);
  const at = { index, input: file };
  const { task } = spoiler;
  if (!task) return tally.find("update", "its sender has no task", at);
  const put = await spoiler.put(task, file);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(put.text)?.[1] ?? put.kind;
  if (put.kind === "hung" || status.startsWith("5")) tally.find("update", `the part was answered with ${put.text}`, at);
  const asked = await spoiler.commit(task, file);
  const reply = asked.kind === "answered" ? replyOf(asked.reply) : undefined;
  tally.count("update", reply?.accepted ? "accepted" : `${status} ${String(reply?.code ?? asked.kind)}`);
  if (reply?.accepted) tally.find("update", "a file that is not usable was accepted", at);
  if (!reply) tally.find("update", `the commit was not answered: ${JSON.stringify(asked)}`, at);
}

/** A coded file that can be read may hold any finite numbers: only what cannot be read must be refused. */
function isReadable(file: Uint8Array, encoding: UpdateEncoding): boolean {
  try {
    decodeUpdate(file, tinyParameters(0), encoding);
    return true;
  } catch {
    return false;
  }
}
