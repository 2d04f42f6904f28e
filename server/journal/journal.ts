// Writes the run log: one JSON object a line, appended in the order of the calls, flushed to disk on demand.

import type { FileHandle } from "node:fs/promises";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { JournalEvent, JournalRecord } from "./events.ts";

/** An open journal. A failed write (disk full) surfaces at the next `flush` or `close`. */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #onRecord: (record: JournalRecord) => void;
  #sequence = 0;
  #written: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(path: string, file: FileHandle, onRecord: (record: JournalRecord) => void) {
    this.path = path;
    this.#file = file;
    this.#onRecord = onRecord;
  }

  /**
   * Starts a journal at `path`. A journal of an earlier run there is kept under `<path>.1`, `<path>.2`, …
   *
   * @param onRecord told of each record as soon as it has its place in the log.
   */
  static async create(path: string, onRecord: (record: JournalRecord) => void = () => {}): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true });
    return new Journal(path, await openNew(path), onRecord);
  }

  /** Appends an event; the write itself happens in the background, in order. After `close` it does nothing. */
  append(event: JournalEvent): void {
    if (this.#closed) return;
    const record: JournalRecord = { sequence: this.#sequence++, time: new Date().toISOString(), ...event };
    const line = `${JSON.stringify(record)}\n`;
    this.#written = this.#written.then(async () => {
      await this.#file.appendFile(line);
    });
    // The rejection is kept for flush(); until then it must not count as unhandled.
    this.#written.catch(() => {});
    this.#onRecord(record);
  }

  /** Resolves when all that was appended so far is on the disk (fsync). Rejects if a write failed. */
  async flush(): Promise<void> {
    await this.#written;
    await this.#file.sync();
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
