// A whole fuzz run: the aggregator in rounds of hostile inputs, the agents beside it, the decoders, and the same run without them.

import type { UpdateEncoding } from "../../models/compression/update-encoding.ts";
import { AgentTarget } from "./agent/target.ts";
import { AggregatorTarget, type Batch } from "./aggregator/target.ts";
import { type Finding, Tally } from "./findings.ts";
import { type InputKind, inputKinds, kindOf } from "./kinds.ts";
import type { Health } from "./orders.ts";
import { playDecoder } from "./play-decoder.ts";

export interface FuzzOptions {
  readonly seed: number;
  /** The inputs `firstIndex` to `firstIndex + inputs - 1` are played. */
  readonly firstIndex: number;
  readonly inputs: number;
  readonly onProgress?: ((played: number, seconds: number) => void) | undefined;
  /** Told at once what the result lists. */
  readonly onFinding?: ((finding: Finding) => void) | undefined;
}

export interface FuzzResult {
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  readonly rounds: number;
  /** Equal, unless there is a finding. */
  readonly modelSha256: { readonly underFuzz: string | undefined; readonly alone: string | undefined };
  readonly counts: ReturnType<Tally["counts"]>;
  readonly memory: {
    readonly rssMiB: readonly number[];
    readonly heapMiB: readonly number[];
    readonly agentsRssMiB: readonly number[];
  };
  readonly findings: readonly Finding[];
}

/** Inputs of one round. */
const BATCH_SIZE = 500;
/** Inputs after which each agent does an honest task; only one in twelve is an agent's. */
const AGENT_BATCH_SIZE = 5000;
/** What caches, code and a bounded list of clients may take; a leak of a kilobyte an input takes more. */
const MOST_HEAP_GROWTH_BYTES = 64 * 1024 * 1024;
const MOST_RSS_GROWTH_BYTES = 300 * 1024 * 1024;

/** Plays the inputs of a seed and compares the model with that of a run of as many rounds in which nothing hostile is said. */
export async function runFuzz({ seed, firstIndex, inputs, onProgress, onFinding }: FuzzOptions): Promise<FuzzResult> {
  const started = performance.now();
  let batchStart = firstIndex;
  const tally = new Tally(() => batchStart, onFinding);
  const batches = batchesOf(firstIndex, inputs);
  const sizes = sizesFor(batches);
  const encoding = encodingOf(seed);
  const aggregator = await AggregatorTarget.start({ seed, rounds: batches.length, sizes, tally, encoding });
  const agents = await AgentTarget.start({ seed, tally });
  const healths: Record<"aggregator" | "agents", Health[]> = { aggregator: [], agents: [] };
  const playRounds = async () => {
    await aggregator.join(batches[0] ?? new Map());
    for (const [round, batch] of batches.entries()) {
      if (!aggregator.isAlive) return;
      batchStart = firstIndex + round * BATCH_SIZE;
      const [health] = await Promise.all([
        aggregator.playRound(batch, batches[round + 1]),
        playDecoders(batch, seed, tally),
      ]);
      if (health) healths.aggregator.push(health);
      onProgress?.(Math.min(inputs, tally.total), (performance.now() - started) / 1000);
    }
  };
  const playAgents = async () => {
    for (const batch of batchesOf(firstIndex, inputs, AGENT_BATCH_SIZE)) {
      if (!agents.isAlive) return;
      const health = await agents.playBatch(batch);
      if (health) healths.agents.push(health);
      onProgress?.(Math.min(inputs, tally.total), (performance.now() - started) / 1000);
    }
  };
  try {
    await Promise.all([playRounds(), playAgents()]);
    const underFuzz = aggregator.isAlive ? await aggregator.finish() : undefined;
    if (agents.isAlive) await agents.checkLease();
    const alone = await modelAlone(seed, batches.length);
    if (underFuzz === undefined || underFuzz !== alone)
      tally.find("batch", `the model is ${underFuzz} instead of ${alone}`);
    judgeMemory(healths, tally);
    return {
      ...{ seed, inputs: tally.total, seconds: (performance.now() - started) / 1000, rounds: batches.length },
      modelSha256: { underFuzz, alone },
      counts: tally.counts(),
      memory: memoryOf(healths),
      findings: tally.findings,
    };
  } finally {
    await Promise.all([aggregator.stop(), agents.stop()]);
  }
}

type Healths = Readonly<Record<"aggregator" | "agents", readonly Health[]>>;

function batchesOf(firstIndex: number, inputs: number, size = BATCH_SIZE): readonly Batch[] {
  return Array.from({ length: Math.ceil(inputs / size) }, (_, number) => {
    const first = number * size;
    const indices = Array.from({ length: Math.min(size, inputs - first) }, (_, offset) => firstIndex + first + offset);
    return new Map<InputKind, number[]>(
      inputKinds.map((kind) => [kind, indices.filter((index) => kindOf(index) === kind)]),
    );
  });
}

/** As many clients as the largest batch needs; a few more for answers whose connection broke in the round before. */
function sizesFor(batches: readonly Batch[]) {
  const most = (kind: InputKind) => Math.max(0, ...batches.map((batch) => batch.get(kind)?.length ?? 0));
  const spare = (count: number) => (count === 0 ? 0 : 2 * count + 2);
  return {
    ...{ honest: 2, leaky: 1, holder: 4, spoiler: most("update") },
    ...{ trainee: spare(most("train-answer")), quitter: spare(most("cancel-answer")) },
  };
}

/** Updates are parameter files for odd seeds, coded for even ones, in which the honest ones lose nothing. */
const encodingOf = (seed: number): UpdateEncoding | undefined => (seed % 2 === 0 ? { kind: "float16" } : undefined);

async function playDecoders(batch: Batch, seed: number, tally: Tally): Promise<void> {
  for (const index of batch.get("decoder") ?? []) await playDecoder(index, seed, tally);
}

async function modelAlone(seed: number, rounds: number): Promise<string | undefined> {
  const tally = new Tally(() => 0);
  const sizes = { honest: 2, leaky: 0, holder: 0, spoiler: 0, trainee: 0, quitter: 0 };
  const aggregator = await AggregatorTarget.start({ seed, rounds, sizes, tally, encoding: encodingOf(seed) });
  try {
    const nothing: Batch = new Map();
    await aggregator.join(nothing);
    for (let round = 0; round < rounds; round++) await aggregator.playRound(nothing, nothing);
    return await aggregator.finish();
  } finally {
    await aggregator.stop();
  }
}

/** From a fifth of the way on, when everything has been used once. */
function judgeMemory(healths: Healths, tally: Tally): void {
  for (const who of ["aggregator", "agents"] as const) {
    const [first, last] = [healths[who][Math.floor(healths[who].length / 5)], healths[who].at(-1)];
    if (!first || !last) continue;
    const [heap, rss] = [last.heapBytes - first.heapBytes, last.rssBytes - first.rssBytes];
    if (heap > MOST_HEAP_GROWTH_BYTES) tally.find("batch", `the heap of the ${who} grew by ${heap} bytes`);
    if (rss > MOST_RSS_GROWTH_BYTES) tally.find("batch", `the memory of the ${who} grew by ${rss} bytes`);
  }
}

/** After the first batch, at a fifth, at half, at the end. */
function memoryOf({ aggregator, agents }: Healths): FuzzResult["memory"] {
  const mebibytes = (healths: readonly Health[], read: (health: Health) => number) =>
    [0, 0.2, 0.5, 1].flatMap((share) => {
      const health = healths[Math.min(healths.length - 1, Math.floor(share * healths.length))];
      return health ? [Math.round(read(health) / 2 ** 20)] : [];
    });
  return {
    rssMiB: mebibytes(aggregator, ({ rssBytes }) => rssBytes),
    heapMiB: mebibytes(aggregator, ({ heapBytes }) => heapBytes),
    agentsRssMiB: mebibytes(agents, ({ rssBytes }) => rssBytes),
  };
}
