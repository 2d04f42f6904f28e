// One update on its way: what is expected of it, and what has arrived.

import type { ParameterSet } from "../../models/parameter-set.ts";
import type { ArrivalCheck } from "./arrival-check.ts";
import type { PartTurns } from "./part-turns.ts";
import type { UploadContent } from "./upload-content.ts";
import { refusal, type UploadRefusal } from "./upload-refusal.ts";

export interface ExpectedUpload extends UploadContent {
  readonly round: number;
  readonly taskId: string;
  /** Exact size of the file. */
  readonly byteLength: number;
  /** Every part but the last has exactly this size. */
  readonly partBytes: number;
  /** SHA-256 of the model that the task starts from: the upload's token allows its download. */
  readonly modelSha256?: string | undefined;
}

export interface Upload extends ExpectedUpload {
  /** Of the spool file. */
  readonly path: string;
  /** Of the file that the parts are of, as the sender says; null: it has not said. */
  fileSha256: string | null;
  readonly receivedParts: Set<number>;
  readonly turns: PartTurns;
  readonly arrivalCheck: ArrivalCheck;
  committed: boolean;
}

/** What became of a commit. Only `incomplete` leaves the upload open for more parts and another commit. */
export type CommitResult =
  | {
      readonly kind: "committed";
      readonly readParameters: () => Promise<ParameterSet>;
      /** The bytes as they came: of a masked input, which holds no parameters. */
      readonly readBytes: () => Promise<Uint8Array>;
    }
  | { readonly kind: "incomplete"; readonly code: string; readonly reason: string }
  | { readonly kind: "invalid"; readonly code: string; readonly reason: string };

/** Why a part with such headers may not come, before a byte of its body is read; undefined when it may. */
export function refusalOfPart(
  upload: Upload,
  part: number,
  contentLength: number | undefined,
): UploadRefusal | undefined {
  if (upload.committed) return refusal(409, "server.upload-closed", "This update was committed; nothing can be added.");
  const partCount = partCountOf(upload);
  if (!Number.isSafeInteger(part) || part < 0 || part >= partCount) {
    return refusal(404, "server.unknown-part", `Part ${part} does not exist; the parts are 0 to ${partCount - 1}.`);
  }
  if (contentLength === undefined) {
    return refusal(411, "server.length-required", "A part needs a content-length header.");
  }
  const wanted = Math.min(upload.partBytes, upload.byteLength - part * upload.partBytes);
  if (contentLength === wanted) return undefined;
  const tooLarge = contentLength > wanted;
  return refusal(
    tooLarge ? 413 : 400,
    tooLarge ? "server.part-too-large" : "server.part-too-short",
    `Part ${part} must have exactly ${wanted} bytes, not ${contentLength}.`,
  );
}

const partCountOf = ({ byteLength, partBytes }: ExpectedUpload): number => Math.ceil(byteLength / partBytes);

/** The numbers of the parts that have not arrived, in their order. */
export function missingParts(upload: Upload): readonly number[] {
  return Array.from({ length: partCountOf(upload) }, (_, part) => part).filter(
    (part) => !upload.receivedParts.has(part),
  );
}

/** What a commit comes to while parts are missing; undefined when all are there. */
export function incompletenessOf(upload: Upload): Extract<CommitResult, { kind: "incomplete" }> | undefined {
  const missing = missingParts(upload);
  if (missing.length === 0) return undefined;
  const list = missing.slice(0, 20).join(", ");
  const reason = `${missing.length} of ${partCountOf(upload)} parts are missing: ${list}. Send them, then commit again.`;
  return { kind: "incomplete", code: "server.upload-incomplete", reason };
}
