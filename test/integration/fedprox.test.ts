// FedProx from the configuration to the weights: a real agent trains MNIST for a real aggregator, over sockets, and the term in its loss
// holds it near the global model.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAgent } from "../../client/agent.ts";
import { WorkerTrainer } from "../../client/training/worker-trainer.ts";
import { wallClock } from "../../foundation/clock.ts";
import { decodeParameterFile, parameterLayout } from "../../models/parameter-file.ts";
import { mlp } from "../../models/zoo.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { parseConfig } from "../../server/load-config.ts";
import { prepareParts } from "../../server/prepare-run.ts";
import { selecting, startTestRun } from "../server/support/tiny-run.ts";

let trainer: WorkerTrainer;
beforeAll(async () => {
  const partition = { kind: "iid" } as const;
  const data = { datasetName: "mnist", partition, shard: { index: 0, count: 100 }, seed: 1, maximumExamples: 64 };
  trainer = await WorkerTrainer.start({ data, backend: "wasm" });
});
afterAll(() => trainer.close());

/** One round of one agent. */
async function runWith(aggregation: Readonly<Record<string, unknown>>) {
  const settings = { model: "mlp", training: { epochs: 5, batchSize: 8, learningRate: 0.05 }, aggregation };
  const prepared = await prepareParts(parseConfig(settings, "the test"));
  // Everybody is asked, and nothing is scored: what counts here is the update.
  const policy = selecting(() => true);
  const parts = { ...prepared, policy, evaluate: async () => null, close: async () => {} };
  await using run = await startTestRun(settings, { parts });
  const agent = {
    serverUrl: run.url,
    registration: {
      clientId: "a",
      device: { kind: "gpu", name: "Test GPU" } as const,
      link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.001 },
      exampleCount: trainer.exampleCount,
      backend: "wasm",
      labels: [],
    },
    trainer,
    clock: wallClock,
    onEvent: () => {},
  };
  const ended = runAgent(agent, new AbortController().signal);
  const { modelFile } = await run.finished;
  expect(await ended).toMatchObject({ committedTasks: 1, otherTasks: 0 });
  const { values } = decodeParameterFile(await readFile(modelFile ?? ""), parameterLayout(mlp));
  const { records } = await readJournal(join(run.folder, "journal.ndjson"));
  const squares = values.reduce((sum, value, index) => {
    return sum + (value - (prepared.initialParameters.values[index] as number)) ** 2;
  }, 0);
  return { values, records, distance: Math.sqrt(squares) };
}

describe("a run by FedProx", () => {
  it("keeps the update the nearer to the global model the greater mu is, and its journal says which mu it was", async () => {
    const distances: number[] = [];
    for (const mu of [0, 1, 10]) {
      const { distance, records } = await runWith({ strategy: "fedprox", settings: { mu } });
      distances.push(distance);
      const started = records.find(({ type }) => type === "run-started");
      expect(started).toMatchObject({ config: { aggregation: { strategy: "fedprox", settings: { mu } } } });
    }
    const [free = 0, held = 0, close = 0] = distances;
    expect(free).toBeGreaterThan(0);
    expect(held).toBeLessThan(0.7 * free);
    expect(close).toBeLessThan(0.25 * free);
  });

  it("is FedAvg bit for bit where mu is 0", async () => {
    const prox = await runWith({ strategy: "fedprox", settings: { mu: 0 } });
    const average = await runWith({ strategy: "fedavg" });
    expect(prox.values).toEqual(average.values);
  });
});
