// Writes the task as files that a program in another language reads: data, division, first model, and of each round who trains and in
// which order. `node --import tsx bench/flute/export-task.ts FOLDER [ROUNDS]`; formats in bench/peers/flute_task.py.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shareData } from "../../experiments/simulation/learning/shared-data.ts";
import { runCell } from "../../experiments/simulation/run-cell.ts";
import { clientOf } from "../../experiments/simulation/types.ts";
import type { LabelledExamples } from "../../models/examples.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { orderOfEpoch } from "../../models/tensorflow/training-batches.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { roundSeed } from "../../server/rounds/round-engine.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import { parsePartition } from "../../workloads/partition/parse-partition.ts";
import { FLUTE_ROUNDS, fluteCell } from "./flute-task.ts";

const [folder = "flute-task", rounds = FLUTE_ROUNDS] = process.argv.slice(2);
await exportTask(folder, Number(rounds));

async function exportTask(into: string, roundCount: number): Promise<void> {
  const spec = fluteCell(roundCount);
  const { fleet, learning, training } = spec.world;
  if (!learning) throw new Error("The task trains.");
  await mkdir(into, { recursive: true });
  const exampleCounts = new Uint32Array(fleet.size).fill(Number(fleet.examples));
  const { shares, ...splits } = await shareData({
    dataset: await findDataset(learning.dataset),
    partition: parsePartition(learning.partition),
    exampleCounts,
    seed: spec.seed,
  });
  const write = (name: string, content: Uint8Array | Uint32Array | Float32Array | string) =>
    writeFile(join(into, name), content);
  for (const [name, { inputs, labels }] of Object.entries<LabelledExamples>(splits)) {
    await write(
      `${name}-images.u8`,
      Uint8Array.from(inputs, (value) => Math.round(value * 255)),
    );
    await write(`${name}-labels.u8`, labels);
  }
  await write("indices.u32", shares.indices);
  await write("offsets.u32", shares.offsets);
  await write("initial.f32", initialParameters(findArchitecture(learning.model), spec.seed).values);
  const schedule = await scheduleOf(spec);
  await write("task.json", JSON.stringify({ ...training, rounds: schedule }));
}

/** Who trains in each round, in the order in which updates are aggregated, and the order of the examples of each. */
async function scheduleOf(spec: ReturnType<typeof fluteCell>) {
  const exampleCount = Number(spec.world.fleet.examples);
  const clients = new Map<number, number[]>();
  const context = { dataFolder: undefined, threads: 1, checkpoints: null, onProgress: () => {} };
  await runCell(spec, { ...context, signal: new AbortController().signal }, (event) => {
    if (event.type !== "client-ended") return;
    clients.set(event.round, [...(clients.get(event.round) ?? []), clientOf(event.outcome.clientId)]);
  });
  return [...clients].map(([round, trained]) => {
    // Every client of a round is given the same seed, and all hold as many examples.
    return { clients: trained, order: orderOfEpoch(exampleCount, roundSeed(spec.seed, round), 0) };
  });
}
