// Checkpoints: after each round a small JSON file that names the model by its hash, and says where in the journal the
// next round begins. It is written last, so that whatever it names is whole; the latest few are kept, and one that
// is torn or names a damaged file is passed over for the one before.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../files/write-atomically.ts";
import { keptWorkSchema } from "../rounds/asynchronous/kept-work.ts";

/** Two could both be damaged by one bad block; three cost little. The model store keeps at least as many versions. */
export const KEPT_CHECKPOINTS = 3;
export const CHECKPOINT_FORMAT = 1;

const fileSchema = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), byteLength: z.int().min(0) });
const totalsSchema = z.object({
  rounds: z.int(),
  failedRounds: z.int(),
  selectedCount: z.int(),
  completedCount: z.int(),
  usefulDeviceSeconds: z.number(),
  wastedDeviceSeconds: z.number(),
  evaluation: z.object({ loss: z.number(), accuracy: z.number(), exampleCount: z.number() }).nullable(),
});
const checkpointSchema = z.object({
  format: z.literal(CHECKPOINT_FORMAT),
  /** The last round that is in it; 0 before the first. */
  round: z.int().min(0),
  modelVersion: z.int().min(0),
  /** models/<sha256>.safetensors: the weights, which any tool reads. */
  model: fileSchema,
  /** Where the journal's records of the next round begin. */
  journal: z.object({ byteOffset: z.int().min(0), sequence: z.int().min(0) }),
  totals: totalsSchema,
  /** How long the aggregator had run, all its starts together. */
  wallSeconds: z.number().min(0),
  acceptedCommits: z.array(z.object({ round: z.int(), taskId: z.string(), clientId: z.string(), sha256: z.string() })),
  /** Who was connected: the next round waits a moment for them to come back. */
  connectedClientIds: z.array(z.string()),
  /** Tasks that go on beyond the round; absent unless the run is asynchronous. */
  work: z.array(keptWorkSchema).optional(),
  /** The run's configuration, for whoever finds the file. */
  config: z.looseObject({}),
});

export type Checkpoint = z.infer<typeof checkpointSchema>;

export const checkpointPath = (folder: string, round: number): string => join(folder, `round-${round}.json`);
export const statePath = (folder: string, round: number): string => join(folder, `round-${round}.state`);
export const planPath = (folder: string, round: number): string => join(folder, `round-${round}.plan`);

/** Writes a checkpoint so that it is there whole or not at all. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const body = JSON.stringify(checkpoint);
  await writeAtomically(checkpointPath(folder, checkpoint.round), `${body}\n${sha256Of(body)}\n`);
}

export interface FoundCheckpoint {
  readonly round: number;
  /** Undefined: it is torn or damaged. */
  readonly checkpoint: Checkpoint | undefined;
}

/** The checkpoints of a folder, the latest first. */
export async function readCheckpoints(folder: string): Promise<readonly FoundCheckpoint[]> {
  const names = await readdir(folder).catch(() => []);
  const rounds = names.flatMap((name) => /^round-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  return Promise.all(
    rounds.sort((a, b) => b - a).map(async (round) => ({ round, checkpoint: await readOne(folder, round) })),
  );
}

async function readOne(folder: string, round: number): Promise<Checkpoint | undefined> {
  const [body = "", stated] = (await contentOf(checkpointPath(folder, round))).split("\n");
  if (sha256Of(body) !== stated) return undefined;
  const parsed = checkpointSchema.safeParse(JSON.parse(body));
  return parsed.success && parsed.data.round === round ? parsed.data : undefined;
}

/** Empty where a run that goes on has deleted the file meanwhile. */
async function contentOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return "";
    throw thrown;
  });
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Deletes the checkpoints and what belongs to them before the latest few, and what a crash left half-written. */
export async function pruneCheckpoints(folder: string, latestRound: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const round = /^round-(\d+)\.(?:json|state|plan)$/.exec(name)?.[1];
    const isOld = round !== undefined && Number(round) <= latestRound - KEPT_CHECKPOINTS;
    if (isOld || name.endsWith(".partial")) await rm(join(folder, name), { force: true });
  }
}
