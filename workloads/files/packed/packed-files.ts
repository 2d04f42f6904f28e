// The files of a converted data set in their folder.

import { type FileHandle, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PackedFacts, type Packing, packingSchema } from "./packing.ts";

const names = {
  facts: "facts.json",
  records: "records.bin",
  trainingPlaces: "training-places.u32",
  trainingLabels: "training-labels.u8",
  trainingIds: "training-ids.u32",
  testPlaces: "test-places.u32",
  testLabels: "test-labels.u8",
};

export const recordsPath = (folder: string): string => join(folder, names.records);

const BUFFER_BYTES = 1024 * 1024;

/** Appends records to a file, a megabyte at a time. */
export class RecordWriter {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #filled = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async create(folder: string): Promise<RecordWriter> {
    const path = recordsPath(folder);
    return new RecordWriter(path, await open(path, "w"));
  }

  async append(record: Uint8Array): Promise<void> {
    if (this.#filled + record.length > BUFFER_BYTES) await this.flush();
    if (record.length > BUFFER_BYTES) return this.#write(record);
    this.#buffer.set(record, this.#filled);
    this.#filled += record.length;
  }

  /** Until then the file lacks the last records. */
  async flush(): Promise<void> {
    await this.#write(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, written);
      written += bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Writes everything but the records. */
export async function writePacking(folder: string, packing: Packing): Promise<void> {
  const { training, test, ...facts } = packing;
  const write = (name: string, values: Uint8Array | Uint32Array) => writeFile(join(folder, name), values);
  await write(names.trainingPlaces, training.places);
  await write(names.trainingLabels, training.labels);
  if (training.ids) await write(names.trainingIds, training.ids);
  await write(names.testPlaces, test.places);
  await write(names.testLabels, test.labels);
  const counts = { trainingCount: training.labels.length, testCount: test.labels.length };
  await writeFile(join(folder, names.facts), JSON.stringify({ ...facts, ...counts }));
}

/** Null if the folder holds no whole data set. */
export async function readFacts(folder: string): Promise<PackedFacts | null> {
  const text = await readFile(join(folder, names.facts), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return packingSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function readLabels(folder: string, split: "training" | "test"): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(folder, names[`${split}Labels`])));
}

export function readPlaces(folder: string, split: "training" | "test"): Promise<Uint32Array> {
  return readWords(join(folder, names[`${split}Places`]));
}

export function readIds(folder: string): Promise<Uint32Array> {
  return readWords(join(folder, names.trainingIds));
}

async function readWords(path: string): Promise<Uint32Array> {
  const bytes = await readFile(path);
  // A small file's buffer is a piece of a larger one, which may begin anywhere.
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
