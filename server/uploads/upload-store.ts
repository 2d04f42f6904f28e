// The updates that are expected, arriving or waiting to be aggregated. Parts are streamed into one spool file per task, so
// that memory does not grow with the model or the cohort. What has arrived outlives the process: a restarted aggregator takes it up.

import { mkdir, rm } from "node:fs/promises";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { UploadStatus } from "../../protocol/transfer.ts";
import { ArrivalCheck } from "./arrival-check.ts";
import { commitUpload } from "./commit-upload.ts";
import { EarlySync } from "./early-sync.ts";
import { beginLedger, emptyLedger, type PartLedger, partsThatHold, readLedger } from "./part-ledger.ts";
import { PartTurns } from "./part-turns.ts";
import type { StatedHash } from "./receive-part.ts";
import {
  ledgerOf,
  prepareRoundFolder,
  removeRoundsBefore,
  removeSpooled,
  roundFolder,
  spoolFile,
} from "./spool-files.ts";
import { takePart } from "./take-part.ts";
import { type CommitResult, type ExpectedUpload, refusalOfPart, type Upload } from "./upload.ts";
import { problemOfUpdate, readUpdate } from "./upload-content.ts";
import { type UploadRefusal, unknownTask, wrongToken } from "./upload-refusal.ts";
import { UploadTokens } from "./upload-tokens.ts";

export type { ExpectedUpload } from "./upload.ts";

/** What was found of an upload after a restart. */
interface RecoveredUpload {
  readonly ledger: PartLedger;
  readonly receivedParts: ReadonlySet<number>;
}

export class UploadStore {
  readonly #folder: string;
  readonly #tokens: UploadTokens;
  readonly #uploads = new Map<string, Upload>();
  readonly #earlySync = new EarlySync();
  readonly #recovered = new Map<string, RecoveredUpload>();

  private constructor(folder: string, key: Uint8Array) {
    this.#folder = folder;
    this.#tokens = new UploadTokens(key);
  }

  /**
   * Keeps only what was spooled for rounds from `firstRound` on: nothing else can be committed any more.
   *
   * @param key the run's secret, from which each upload's token follows, so that agents keep theirs through a restart.
   */
  static async open(folder: string, key: Uint8Array, firstRound = Number.POSITIVE_INFINITY): Promise<UploadStore> {
    await mkdir(folder, { recursive: true });
    await removeRoundsBefore(firstRound, folder);
    return new UploadStore(folder, key);
  }

  /** Looks for what arrived of an upload before a restart; `expect` then takes it up. */
  async recover(upload: ExpectedUpload): Promise<void> {
    const path = spoolFile(this.#folder, upload);
    const ledger = await readLedger(ledgerOf(path));
    this.#recovered.set(upload.taskId, { ledger, receivedParts: await partsThatHold(path, ledger, upload) });
  }

  /**
   * An update that was accepted before a restart, checked again; undefined if its file is gone or is not what was accepted.
   *
   * @param accepted what the commit stated.
   */
  async recoverAccepted(
    upload: ExpectedUpload,
    accepted: { readonly sha256: string; readonly byteLength: number },
  ): Promise<(() => Promise<ParameterSet>) | undefined> {
    const path = spoolFile(this.#folder, upload);
    const content = { ...upload, expectedBytes: upload.byteLength };
    const problem = await problemOfUpdate(path, content, accepted).catch(() => "unreadable");
    return problem === undefined ? () => readUpdate(path, upload) : undefined;
  }

  /** Admits an upload and returns the token that its requests must carry. */
  expect(upload: ExpectedUpload): string {
    const { ledger, receivedParts } = this.#recovered.get(upload.taskId) ?? { ledger: emptyLedger, receivedParts: [] };
    this.#recovered.delete(upload.taskId);
    const path = spoolFile(this.#folder, upload);
    this.#uploads.set(upload.taskId, {
      ...upload,
      path,
      fileSha256: ledger.fileSha256,
      receivedParts: new Set(receivedParts),
      turns: new PartTurns(),
      arrivalCheck: new ArrivalCheck({ ...upload, path }),
      committed: false,
    });
    return this.#tokens.issue(upload.taskId, upload.modelSha256);
  }

  /** Whether a token is that of a task which starts from this model, and is not over. */
  allowsDownload(token: string, modelSha256: string): boolean {
    return this.#tokens.allowsDownload(token, modelSha256);
  }

  /**
   * Which parts have arrived. A sender with another file than the one before (its training was repeated and gave another result)
   * begins anew.
   *
   * @param fileSha256 of the whole file that the sender has, lower-case hex; undefined if it does not say.
   */
  async status(taskId: string, token: string, fileSha256?: string): Promise<UploadStatus | UploadRefusal> {
    const upload = this.#authorized(taskId, token);
    if ("kind" in upload) return upload;
    if (fileSha256 !== undefined && fileSha256 !== upload.fileSha256 && !upload.committed) {
      upload.fileSha256 = fileSha256;
      upload.receivedParts.clear();
      prepareRoundFolder(upload.path);
      await beginLedger(ledgerOf(upload.path), fileSha256);
    }
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
    return "kind" in upload ? upload : refusalOfPart(upload, part, contentLength);
  }

  /**
   * Streams a part, already admitted by `refusalOfPart`, to its place in the spool file. Putting a part again is harmless:
   * it counts as received only while its bytes match the hash that came with them.
   *
   * @param stated the hash that came with it.
   */
  async writePart(
    taskId: string,
    part: number,
    bytes: AsyncIterable<Uint8Array>,
    stated: StatedHash,
  ): Promise<UploadRefusal | undefined> {
    const upload = this.#uploads.get(taskId);
    if (!upload) return unknownTask(taskId);
    try {
      const problem = await takePart(upload, { part, bytes, stated });
      if (!problem && !upload.isMasked) this.#earlySync.begin(upload.path);
      return problem;
    } finally {
      // The task may have been discarded meanwhile; then nobody else removes what was just written.
      if (!this.#uploads.has(taskId)) await removeSpooled(upload.path);
    }
  }

  /** Ends an upload: hash of the whole, layout, finite numbers. An invalid one is deleted. */
  async commit(
    taskId: string,
    stated: { readonly sha256: string; readonly byteLength: number },
  ): Promise<CommitResult> {
    const upload = this.#uploads.get(taskId);
    if (!upload) return { ...unknownTask(taskId), kind: "invalid" };
    const wasCommitted = upload.committed;
    const result = await commitUpload(upload, stated);
    if (result.kind === "invalid" && !wasCommitted) await this.discard(taskId);
    return result;
  }

  /** Ends an upload. What was committed stays on disk until its round is retired; what was not is deleted. */
  async close(taskId: string): Promise<void> {
    const upload = this.#forget(taskId);
    if (upload && !upload.committed) await removeSpooled(upload.path);
  }

  /** Forgets an upload and deletes what arrived of it, be it committed. */
  async discard(taskId: string): Promise<void> {
    const upload = this.#forget(taskId);
    if (upload) await removeSpooled(upload.path);
  }

  /** Deletes all that was spooled for a round, once nothing can need it again. */
  async retire(round: number): Promise<void> {
    await rm(roundFolder(this.#folder, round), { recursive: true, force: true });
  }

  /** Deletes what was spooled for one task, once nothing can need it again. */
  async retireTask(task: Pick<ExpectedUpload, "round" | "taskId">): Promise<void> {
    await removeSpooled(spoolFile(this.#folder, task));
  }

  #forget(taskId: string): Upload | undefined {
    const upload = this.#uploads.get(taskId);
    this.#uploads.delete(taskId);
    this.#tokens.revoke(taskId);
    return upload;
  }

  #authorized(taskId: string, token: string): Upload | UploadRefusal {
    const upload = this.#uploads.get(taskId);
    if (!upload) return unknownTask(taskId);
    return this.#tokens.isOf(taskId, token) ? upload : wrongToken();
  }
}
