// What a run remembers besides its model: the policy's and the strategy's memory and the clients' numbers, in one sealed file.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import type { StrategyState } from "../aggregation/types.ts";
import type { BackendMemory } from "../clients/client-backends.ts";
import { writeAtomically } from "../files/write-atomically.ts";

export interface KeptState {
  /** What the policy's memory reads. */
  readonly policy: unknown;
  /** What the strategy's memory reads; null: it has none. */
  readonly strategy: StrategyState | null;
  /** The clients in the order of their numbers. */
  readonly clientIds: readonly string[];
  /** What the back-end governor remembers; absent in files of old. */
  readonly governor?: BackendMemory | undefined;
  /** Examples that each selected client of a planned round had registered; empty between rounds. */
  readonly datasetExampleCounts: ReadonlyMap<string, number>;
}

const SEAL_BYTES = 32;

/** Writes the state behind the SHA-256 of its bytes. */
export async function writeState(path: string, state: KeptState): Promise<void> {
  const bytes = serialize(state);
  await writeAtomically(path, Buffer.concat([createHash("sha256").update(bytes).digest(), bytes]));
}

/** The state, or undefined if the file is gone or its seal is broken. */
export async function readState(path: string): Promise<KeptState | undefined> {
  const file = await readFile(path).catch(() => undefined);
  if (!file || file.byteLength < SEAL_BYTES) return undefined;
  const bytes = file.subarray(SEAL_BYTES);
  if (!createHash("sha256").update(bytes).digest().equals(file.subarray(0, SEAL_BYTES))) return undefined;
  return deserialize(bytes) as KeptState;
}
