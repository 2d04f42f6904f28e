// Where the files of a run lie, below its output folder.

import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface RunFolder {
  readonly path: string;
  readonly journal: string;
  readonly models: string;
  /** The network of the run as data, for whoever takes its models out. */
  readonly architecture: string;
  readonly spool: string;
  /** Updates of the round that runs, for strategies that need all at once. */
  readonly scratch: string;
  readonly checkpoints: string;
  readonly lock: string;
  readonly pulse: string;
  readonly key: string;
}

export function runFolder(path: string): RunFolder {
  return {
    path,
    journal: join(path, "journal.ndjson"),
    models: join(path, "models"),
    architecture: join(path, "architecture.json"),
    spool: join(path, "spool"),
    scratch: join(path, "scratch"),
    checkpoints: join(path, "checkpoints"),
    lock: join(path, "run.lock"),
    pulse: join(path, "run.pulse"),
    key: join(path, "run.key"),
  };
}

const KEY_BYTES = 32;

/** The secret from which the run's upload tokens follow; made with the folder, readable by its owner alone. */
export async function openRunKey({ path, key }: RunFolder): Promise<Uint8Array> {
  await mkdir(path, { recursive: true });
  const known = await readFile(key).catch(() => undefined);
  if (known?.byteLength === KEY_BYTES) return known;
  const made = randomBytes(KEY_BYTES);
  const file = await open(key, "w", 0o600);
  try {
    await file.writeFile(made);
    await file.sync();
  } finally {
    await file.close();
  }
  return made;
}
