// The tokens of the uploads that are expected: each allows to send one update, and to download the model that it starts from. They
// follow from the run's secret, so that agents keep theirs through a restart.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export class UploadTokens {
  readonly #key: Uint8Array;
  /** Digest of the token of each task. */
  readonly #digests = new Map<string, Buffer>();
  /** Which model the token of each task stands for, by the token's digest. */
  readonly #models = new Map<string, string>();

  /** @param key the run's secret. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** @param modelSha256 of the model that the token allows to download, if it does. */
  issue(taskId: string, modelSha256: string | undefined): string {
    const token = createHmac("sha256", this.#key).update(`upload ${taskId}`).digest("base64url");
    const digest = digestOf(token);
    this.#digests.set(taskId, digest);
    if (modelSha256 !== undefined) this.#models.set(digest.toString("hex"), modelSha256);
    return token;
  }

  /** Whether a token is that of the task. */
  isOf(taskId: string, token: string): boolean {
    const digest = this.#digests.get(taskId);
    return digest !== undefined && timingSafeEqual(digest, digestOf(token));
  }

  /** Whether a token is that of a task which starts from this model, and is not over. */
  allowsDownload(token: string, modelSha256: string): boolean {
    return this.#models.get(digestOf(token).toString("hex")) === modelSha256;
  }

  /** The task is over: its token allows nothing more. */
  revoke(taskId: string): void {
    const digest = this.#digests.get(taskId);
    this.#digests.delete(taskId);
    if (digest) this.#models.delete(digest.toString("hex"));
  }
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
