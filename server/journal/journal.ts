// Writes the run log: one JSON object a line, appended in the order of the calls, flushed to disk on demand.

import type { FileHandle } from "node:fs/promises";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { ProbSelectError } from "../../foundation/errors.ts";
import { cannotWrite } from "../files/cannot-write.ts";
import type { JournalEvent, JournalRecord } from "./events.ts";
import type { JournalPlace } from "./read-journal.ts";

export interface JournalListeners {
  /** Told of each record as soon as it has its place in the log. */
  readonly onRecord?: ((record: JournalRecord) => void) | undefined;
  /** Told once, when a write fails (disk full): nothing can be trusted to be kept from then on. */
  readonly onFailure?: ((error: ProbSelectError) => void) | undefined;
}

/** An open journal. After a failed write every `flush` rejects. */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #listeners: JournalListeners;
  /** Behind the last record that was appended. */
  #end: JournalPlace;
  #written: Promise<void> = Promise.resolve();
  /** The flush that begins when the one under way is done: whoever comes meanwhile shares it. */
  #nextFlush: Promise<void> | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #closed = false;
  #failed = false;

  private constructor(path: string, file: FileHandle, end: JournalPlace, listeners: JournalListeners) {
    this.path = path;
    this.#file = file;
    this.#end = end;
    this.#listeners = listeners;
  }

  /** Starts a journal at `path`. A journal of an earlier run there is kept under `<path>.1`, `<path>.2`, … */
  static async create(path: string, listeners: JournalListeners = {}): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true });
    return new Journal(path, await openNew(path), { byteOffset: 0, sequence: 0 }, listeners);
  }

  /** Goes on with a journal behind the last record that is to be kept; what follows it (a torn line) is cut off. */
  static async reopen(path: string, end: JournalPlace, listeners: JournalListeners = {}): Promise<Journal> {
    const file = await open(path, "r+");
    await file.truncate(end.byteOffset);
    await file.close();
    return new Journal(path, await open(path, "a"), end, listeners);
  }

  /** Where the next record will begin. */
  get end(): JournalPlace {
    return this.#end;
  }

  /** Appends an event; the write itself happens in the background, in order. After `close` it does nothing. */
  append(event: JournalEvent): void {
    if (this.#closed) return;
    const { sequence, byteOffset } = this.#end;
    const record: JournalRecord = { sequence, time: new Date().toISOString(), ...event };
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    this.#end = { sequence: sequence + 1, byteOffset: byteOffset + line.byteLength };
    this.#written = this.#written.then(() => this.#file.appendFile(line)).catch((thrown) => this.#fail(thrown));
    // The rejection is kept for flush(); until then it must not count as unhandled.
    this.#written.catch(() => {});
    this.#listeners.onRecord?.(record);
  }

  /**
   * Resolves when all that was appended so far is on the disk (fsync). Calls at the same time share one.
   *
   * @throws {ProbSelectError} server.cannot-write if a write failed.
   */
  flush(): Promise<void> {
    this.#nextFlush ??= this.#flushing
      .catch(() => {})
      .then(async () => {
        this.#flushing = this.#nextFlush ?? Promise.resolve();
        this.#nextFlush = undefined;
        await this.#written;
        await this.#file.sync().catch((thrown) => this.#fail(thrown));
      });
    return this.#nextFlush;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }

  #fail(thrown: unknown): never {
    if (thrown instanceof ProbSelectError) throw thrown;
    const error = cannotWrite(`The journal ${this.path}`, thrown);
    if (!this.#failed) this.#listeners.onFailure?.(error);
    this.#failed = true;
    throw error;
  }
}

async function openNew(path: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(path, "ax");
    } catch (thrown) {
      if (!isFileExists(thrown) || attempt > 1000) throw thrown;
      await setAside(path);
    }
  }
}

async function setAside(path: string): Promise<void> {
  for (let number = 1; ; number++) {
    try {
      // "ax" reserves the name, so that no earlier log is ever overwritten by the rename.
      await (await open(`${path}.${number}`, "ax")).close();
      return await rename(path, `${path}.${number}`);
    } catch (thrown) {
      if (!isFileExists(thrown)) throw thrown;
    }
  }
}

function isFileExists(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST";
}
