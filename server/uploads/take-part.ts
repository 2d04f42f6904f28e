// A part of an upload that was admitted: it is received in its turn and noted, so that it outlives the process.

import { addToLedger, nameFileInLedger } from "./part-ledger.ts";
import { receivePart, type StatedHash } from "./receive-part.ts";
import { ledgerOf, prepareRoundFolder } from "./spool-files.ts";
import { missingParts, type Upload } from "./upload.ts";
import { refusal, type UploadRefusal } from "./upload-refusal.ts";

export interface AdmittedPart {
  readonly part: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The hash that came with it. */
  readonly stated: StatedHash;
}

/** Resolves when the part counts, or with the reason why not. @throws what the connection or the disk throws. */
export async function takePart(
  upload: Upload,
  { part, bytes, stated }: AdmittedPart,
): Promise<UploadRefusal | undefined> {
  const { turns, receivedParts } = upload;
  const mustFollow = stated.kind === "prefix" && part > 0 && !receivedParts.has(part - 1);
  const over = turns.begin(part);
  try {
    // Nothing of it is read meanwhile.
    if (mustFollow) await turns.endOf(part - 1);
    return await receive(upload, { part, bytes, stated });
  } finally {
    over();
  }
}

async function receive(upload: Upload, { part, bytes, stated }: AdmittedPart): Promise<UploadRefusal | undefined> {
  const { fileSha256, path, arrivalCheck: check, receivedParts } = upload;
  const start = part * upload.partBytes;
  const end = Math.min(start + upload.partBytes, upload.byteLength);
  receivedParts.delete(part);
  const followsAll = missingParts(upload).every((missing) => missing >= part);
  prepareRoundFolder(path);
  const problem = await receivePart({ part, path, start, end, bytes, stated, followsAll, check });
  if (problem) return problem;
  if (upload.fileSha256 !== fileSha256) {
    const reason = `Part ${part} is of a file that its sender has given up meanwhile. Ask which parts arrived.`;
    return refusal(409, "server.part-interrupted", reason);
  }
  addToLedger(ledgerOf(path), part, stated);
  if (stated.kind === "prefix" && stated.fileSha256 !== undefined && upload.fileSha256 === null) {
    upload.fileSha256 = stated.fileSha256;
    nameFileInLedger(ledgerOf(path), stated.fileSha256);
  }
  receivedParts.add(part);
  return undefined;
}
