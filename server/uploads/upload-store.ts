// The updates that are expected, arriving or waiting to be aggregated. Parts are streamed into one spool file per task, so
// that memory does not grow with the model or the cohort.

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodeParameterFile } from "../../models/parameter-file.ts";
import type { ParameterSet, TensorLayout } from "../../models/parameter-set.ts";
import type { UploadStatus } from "../../protocol/transfer.ts";
import { checkUpdateFile } from "./check-update-file.ts";

/** Why a request on an upload is refused, with the HTTP status that says so. */
export interface UploadRefusal {
  readonly kind: "refused";
  readonly httpStatus: number;
  readonly code: string;
  readonly reason: string;
}

export interface ExpectedUpload {
  readonly taskId: string;
  /** Exact size of the parameter file. */
  readonly byteLength: number;
  /** Every part but the last has exactly this size. */
  readonly partBytes: number;
  /** The tensors that the update must hold. */
  readonly layout: readonly TensorLayout[];
}

interface Upload extends ExpectedUpload {
  readonly tokenDigest: Buffer;
  readonly path: string;
  readonly receivedParts: Set<number>;
  committed: boolean;
}

/** What became of a commit. Only `incomplete` leaves the upload open for more parts and another commit. */
export type CommitResult =
  | { readonly kind: "committed"; readonly readParameters: () => Promise<ParameterSet> }
  | { readonly kind: "incomplete"; readonly code: string; readonly reason: string }
  | { readonly kind: "invalid"; readonly code: string; readonly reason: string };

export class UploadStore {
  readonly #folder: string;
  readonly #uploads = new Map<string, Upload>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts with an empty folder: spool files of an earlier run can never be committed. */
  static async open(folder: string): Promise<UploadStore> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return new UploadStore(folder);
  }

  /** Admits an upload and returns the token that its requests must carry. */
  expect(upload: ExpectedUpload): string {
    const token = randomBytes(32).toString("base64url");
    this.#uploads.set(upload.taskId, {
      ...upload,
      tokenDigest: digest(token),
      path: join(this.#folder, `${digest(upload.taskId).toString("hex")}.part`),
      receivedParts: new Set(),
      committed: false,
    });
    return token;
  }

  /** Which parts have arrived. */
  status(taskId: string, token: string): UploadStatus | UploadRefusal {
    const upload = this.#authorized(taskId, token);
    if ("kind" in upload) return upload;
    return { partBytes: upload.partBytes, receivedParts: [...upload.receivedParts].sort((a, b) => a - b) };
  }

  /** Checks a part's headers before a byte of its body is read; undefined when it may come. */
  refusalOfPart(
    taskId: string,
    token: string,
    part: number,
    contentLength: number | undefined,
  ): UploadRefusal | undefined {
    const upload = this.#authorized(taskId, token);
    if ("kind" in upload) return upload;
    if (upload.committed)
      return refusal(409, "server.upload-closed", "This update was committed; nothing can be added.");
    const partCount = Math.ceil(upload.byteLength / upload.partBytes);
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

  /**
   * Streams a part, already admitted by `refusalOfPart`, to its place in the spool file. Putting a part again is harmless:
   * it counts as received only while its bytes match the hash that came with them.
   *
   * @param sha256 lower-case hex digest that the sender states.
   */
  async writePart(
    taskId: string,
    part: number,
    bytes: AsyncIterable<Uint8Array>,
    sha256: string,
  ): Promise<UploadRefusal | undefined> {
    const upload = this.#uploads.get(taskId);
    if (!upload) return unknownTask(taskId);
    const hash = createHash("sha256");
    const start = part * upload.partBytes;
    const end = Math.min(start + upload.partBytes, upload.byteLength);
    let position = start;
    upload.receivedParts.delete(part);
    const file = await open(upload.path, constants.O_RDWR | constants.O_CREAT);
    try {
      for await (const chunk of bytes) {
        if (position + chunk.byteLength > end) {
          return refusal(413, "server.part-too-large", `Part ${part} has more bytes than its content-length.`);
        }
        hash.update(chunk);
        await file.write(chunk, 0, chunk.byteLength, position);
        position += chunk.byteLength;
      }
    } finally {
      await file.close();
      // The task may have been discarded meanwhile; then nobody else removes what was just written.
      if (!this.#uploads.has(taskId)) await rm(upload.path, { force: true });
    }
    if (position !== end) {
      return refusal(
        400,
        "server.part-too-short",
        `Part ${part} ended after ${position - start} of ${end - start} bytes.`,
      );
    }
    if (hash.digest("hex") !== sha256) {
      return refusal(
        422,
        "server.part-hash-mismatch",
        `Part ${part} arrived with another SHA-256 than stated. Send it again.`,
      );
    }
    upload.receivedParts.add(part);
    return undefined;
  }

  /** Ends an upload: hash of the whole, layout, finite numbers. An invalid one is deleted. */
  async commit(
    taskId: string,
    stated: { readonly sha256: string; readonly byteLength: number },
  ): Promise<CommitResult> {
    const upload = this.#uploads.get(taskId);
    if (!upload) return { ...unknownTask(taskId), kind: "invalid" };
    if (upload.committed) {
      return { kind: "invalid", code: "server.upload-closed", reason: "This update was committed before." };
    }
    const partCount = Math.ceil(upload.byteLength / upload.partBytes);
    const missing = Array.from({ length: partCount }, (_, part) => part).filter(
      (part) => !upload.receivedParts.has(part),
    );
    if (missing.length > 0) {
      const list = missing.slice(0, 20).join(", ");
      const reason = `${missing.length} of ${partCount} parts are missing: ${list}. Send them, then commit again.`;
      return { kind: "incomplete", code: "server.upload-incomplete", reason };
    }
    upload.committed = true;
    const problem = await checkUpdateFile(upload.path, {
      ...stated,
      layout: upload.layout,
      expectedBytes: upload.byteLength,
    });
    if (problem) {
      await this.discard(taskId);
      return { kind: "invalid", ...problem };
    }
    return {
      kind: "committed",
      readParameters: async () => decodeParameterFile(await readFile(upload.path), upload.layout),
    };
  }

  /** Forgets an upload and deletes what arrived of it. */
  async discard(taskId: string): Promise<void> {
    const upload = this.#uploads.get(taskId);
    this.#uploads.delete(taskId);
    if (upload) await rm(upload.path, { force: true });
  }

  #authorized(taskId: string, token: string): Upload | UploadRefusal {
    const upload = this.#uploads.get(taskId);
    if (!upload) return unknownTask(taskId);
    if (timingSafeEqual(upload.tokenDigest, digest(token))) return upload;
    return refusal(
      401,
      "server.wrong-token",
      "The bearer token is not that of this task. Use the one of the train message.",
    );
  }
}

function unknownTask(taskId: string): UploadRefusal {
  return refusal(404, "server.unknown-task", `No update is expected for task "${taskId}". Its round may be over.`);
}

function refusal(httpStatus: number, code: string, reason: string): UploadRefusal {
  return { kind: "refused", httpStatus, code, reason };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
