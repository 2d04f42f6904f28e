// The end of an upload whose parts have all arrived: it is examined, and brought to the disk.

import { readFile } from "node:fs/promises";
import { messageOf } from "../../foundation/errors.ts";
import type { UpdateProblem } from "./parameter-scan.ts";
import { syncFile } from "./spool-files.ts";
import { type CommitResult, incompletenessOf, type Upload } from "./upload.ts";
import { problemOfUpdate, readUpdate, type StatedFile } from "./upload-content.ts";

/** Hash of the whole, layout, finite numbers. What is invalid stays where it is; whoever asked discards it. */
export async function commitUpload(upload: Upload, stated: StatedFile): Promise<CommitResult> {
  if (upload.committed) {
    return { kind: "invalid", code: "server.upload-closed", reason: "This update was committed before." };
  }
  const incomplete = incompletenessOf(upload);
  if (incomplete) return incomplete;
  upload.committed = true;
  const content = { ...upload, expectedBytes: upload.byteLength };
  let problem: UpdateProblem | undefined;
  try {
    problem = await problemOfUpdate(upload.path, content, stated, upload.arrivalCheck.take());
    // A masked input is worth nothing to the next process.
    if (!problem && !upload.isMasked) await syncFile(upload.path);
  } catch (thrown) {
    // The disk's fault, not the update's: whoever sent it still has it.
    upload.committed = false;
    upload.receivedParts.clear();
    const reason = `The update could not be read back (${messageOf(thrown)}). Send it again, then commit again.`;
    return { kind: "incomplete", code: "server.upload-incomplete", reason };
  }
  if (problem) return { kind: "invalid", ...problem };
  return {
    kind: "committed",
    readParameters: () => readUpdate(upload.path, upload),
    readBytes: () => readFile(upload.path),
  };
}
