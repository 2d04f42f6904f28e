// Real threads, real MNIST.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shareOf } from "../../../../experiments/simulation/learning/client-shares.ts";
import type { ShareTask } from "../../../../experiments/simulation/learning/cohort-trainer.ts";
import { type SharedData, shareData } from "../../../../experiments/simulation/learning/shared-data.ts";
import { TrainingPool } from "../../../../experiments/simulation/learning/training-pool.ts";
import { wallClock } from "../../../../foundation/clock.ts";
import { initialParameters } from "../../../../models/initial-parameters.ts";
import { selectBackend } from "../../../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../../../models/tensorflow/evaluate-model.ts";
import { trainLocally } from "../../../../models/tensorflow/train-locally.ts";
import { logisticRegression as architecture } from "../../../../models/zoo.ts";
import { mnist } from "../../../../workloads/mnist.ts";

const parameters = initialParameters(architecture, 1);
const settings = { epochs: 1, batchSize: 10, learningRate: 0.05, momentum: 0 };
const task: ShareTask = { parameters, settings, seed: 4 };
const clients = [0, 1, 2, 3, 4, 5];

let data: SharedData;
let pool: TrainingPool;
beforeAll(async () => {
  const exampleCounts = Uint32Array.from({ length: 100 }, (_, client) => 50 + client);
  data = await shareData({ dataset: mnist, partition: { kind: "dirichlet", alpha: 0.5 }, exampleCounts, seed: 3 });
  pool = await TrainingPool.start({ architecture, data: Promise.resolve(data), threadCount: 2 });
  await selectBackend("wasm");
});
afterAll(() => pool.close());

describe("a pool of training threads", () => {
  it("trains a client as its own agent would: the same examples, the same bits", async () => {
    const indices = shareOf(data.shares, 7);
    expect(indices).toHaveLength(57);
    const own = await mnist.loadTraining(indices);
    const { parameters: alone, ...rest } = await trainLocally(
      { architecture, parameters, examples: own, settings, seed: 4 },
      { clock: wallClock },
    );
    const { parameters: pooled, ...counts } = await pool.train(7, task);
    expect(pooled.values).toEqual(alone.values);
    expect({ ...counts, computeSeconds: 0 }).toEqual({ ...rest, computeSeconds: 0 });
    expect(pool.shareSizeOf(7)).toBe(57);
  });

  it("gives the same bits on one thread and on two", async () => {
    const single = await TrainingPool.start({ architecture, data: Promise.resolve(data), threadCount: 1 });
    try {
      const valuesOn = async (threads: TrainingPool) =>
        (await Promise.all(clients.map((client) => threads.train(client, task)))).map(
          ({ parameters: set }) => set.values,
        );
      expect(await valuesOn(single)).toEqual(await valuesOn(pool));
      expect(await single.evaluate(parameters)).toEqual(await pool.evaluate(parameters));
    } finally {
      await single.close();
    }
  });

  it("evaluates on all test images", async () => {
    const { parameters: trained } = await pool.train(3, task);
    const whole = await evaluateModel({ architecture, parameters: trained, examples: data.test });
    const pooled = await pool.evaluate(trained);
    expect(pooled.exampleCount).toBe(10_000);
    expect(pooled.accuracy).toBeCloseTo(whole.accuracy, 12);
    expect(pooled.loss).toBeCloseTo(whole.loss, 9);
  });

  it("tells a client's loss on its own examples", async () => {
    const own = await mnist.loadTraining(shareOf(data.shares, 5));
    const { loss } = await evaluateModel({ architecture, parameters, examples: own });
    expect(await pool.lossOf(5, parameters)).toBeCloseTo(loss, 12);
  });

  it("fails the client whose training diverges, and goes on", async () => {
    const wild = { ...task, settings: { ...settings, learningRate: 3e38, epochs: 3 } };
    await expect(pool.train(1, wild)).rejects.toMatchObject({ code: "models.training-diverged" });
    expect((await pool.train(1, task)).stepCount).toBe(6);
  });

  it("replaces threads that break", async () => {
    const before = (await pool.train(2, task)).parameters.values;
    const broken = { ...task, settings: null as never };
    await expect(pool.train(0, broken)).rejects.toMatchObject({ code: "client.worker-crashed" });
    const after = await Promise.all([0, 1, 2].map(() => pool.train(2, task)));
    for (const { parameters: set } of after) expect(set.values).toEqual(before);
  });

  it("does not start without its data, and says why", async () => {
    const missing = Promise.reject(new Error("no such file"));
    await expect(TrainingPool.start({ architecture, data: missing, threadCount: 2 })).rejects.toThrow("no such file");
  });

  it("ends at once when it is closed: what waits is refused, and so is what comes later", async () => {
    const closing = await TrainingPool.start({ architecture, data: Promise.resolve(data), threadCount: 1 });
    const waiting = clients.map((client) => closing.train(client, task));
    const settled = Promise.allSettled(waiting);
    await closing.close();
    for (const result of await settled) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "models.training-aborted" } });
    }
    await expect(closing.train(0, task)).rejects.toMatchObject({ code: "models.training-aborted" });
  });
});

describe("data that threads share", () => {
  it("lie in memory once", () => {
    for (const { buffer } of [data.training.inputs, data.training.labels, data.test.inputs, data.shares.indices]) {
      expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  it("are taken as a user's data set gives them, and refused if they are not sound", async () => {
    const examples = { exampleCount: 2, exampleShape: [1], classCount: 2, labels: Uint8Array.of(0, 1) };
    const own = (inputs: Float32Array) => ({
      name: "mine",
      loadTrainingLabels: async () => examples.labels,
      loadTraining: async () => ({ ...examples, inputs }),
      loadTest: async () => ({ ...examples, inputs }),
    });
    const share = (inputs: Float32Array) =>
      shareData({ dataset: own(inputs), partition: { kind: "iid" }, exampleCounts: Uint32Array.of(1, 1), seed: 1 });
    const { training } = await share(Float32Array.of(0.5, 0.25));
    expect(training.inputs.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...training.inputs]).toEqual([0.5, 0.25]);
    await expect(share(Float32Array.of(0.5, Number.NaN))).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
    });
  });
});
