import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TrainerTask } from "../../../client/training/local-trainer.ts";
import type { TrainingSetup } from "../../../client/training/training-protocol.ts";
import { WorkerTrainer } from "../../../client/training/worker-trainer.ts";
import { wallClock } from "../../../foundation/clock.ts";
import { architectureSchema } from "../../../models/architecture.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../../models/tensorflow/evaluate-model.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { lenet5, mlp } from "../../../models/zoo.ts";
import { mnist } from "../../../workloads/mnist.ts";
import { takeShard } from "../../../workloads/partition/take-shard.ts";

const data = {
  datasetName: "mnist",
  partition: { kind: "iid" },
  shard: { index: 2, count: 100 },
  seed: 5,
  maximumExamples: 300,
} as const;
const setup: TrainingSetup = { data, backend: "wasm" };
const settings = { epochs: 1, batchSize: 20, learningRate: 0.05, momentum: 0.9 };
const never = new AbortController().signal;

const taskFor = (architecture: TrainerTask["architecture"], changes: Partial<TrainerTask["settings"]> = {}) => ({
  architecture,
  parameters: initialParameters(architecture, 1),
  settings: { ...settings, ...changes },
  seed: 3,
});

let trainer: WorkerTrainer | undefined;
afterEach(() => trainer?.close());

async function start(changes: Partial<TrainingSetup> = {}): Promise<WorkerTrainer> {
  trainer = await WorkerTrainer.start({ ...setup, ...changes });
  return trainer;
}

describe("training in a thread", () => {
  it("says how many examples it has and which back-end it chose", async () => {
    const { exampleCount, backend } = await start();
    expect(exampleCount).toBe(300);
    expect(backend).toMatchObject({ name: "wasm", usable: true, choice: "asked for" });
  });

  it("moves to the back-end that a task asks for, with a thread of its own, and back", async () => {
    const notes: string[] = [];
    trainer = await WorkerTrainer.start(setup, (sentence) => notes.push(sentence));
    const task = { ...taskFor(mlp), settings: { ...settings, maximumExamples: 40 } };
    const losses: number[] = [];
    for (const backend of ["cpu", undefined, "wasm"]) {
      // Parameters are the trainer's own once they are given.
      const given = { ...task, parameters: initialParameters(mlp, 1), backend };
      losses.push((await trainer.train(given, { signal: never })).trainingLoss);
    }
    expect(losses[0]).toBeCloseTo(losses[1] ?? 0, 4);
    expect(losses[2]).toBe(losses[1]);
    expect(notes).toEqual([
      "The training moves from wasm to cpu, as the aggregator asks.",
      "The training moves from cpu to wasm, as the aggregator asks.",
    ]);
  });

  it("fails a task for a back-end that cannot be started, and trains the next one", async () => {
    const worker = await start();
    const onCuda = worker.train({ ...taskFor(mlp), backend: "tensorflow-cuda" }, { signal: never });
    await expect(onCuda).rejects.toMatchObject({ code: "models.no-usable-backend" });
    expect((await worker.train(taskFor(mlp), { signal: never })).stepCount).toBe(15);
  });

  it("gives the same parameters as training in the own thread, bit for bit, task after task", async () => {
    const worker = await start();
    const first = await worker.train(taskFor(lenet5), { signal: never });
    const second = await worker.train(taskFor(lenet5), { signal: never });
    await selectBackend("wasm");
    const examples = await takeShard({ ...data, dataset: mnist });
    const expected = await trainLocally({ ...taskFor(lenet5), examples }, { clock: wallClock });
    expect(first.parameters).toEqual(expected.parameters);
    expect(second.parameters).toEqual(expected.parameters);
    expect(first).toMatchObject({ stepCount: 15, exampleCount: 300, trainingLoss: expected.trainingLoss });
  });

  it("goes on in a fresh thread after its share of trainings, with the same bits", async () => {
    const said: string[] = [];
    const threadLimits = { mostTrainings: 2, mostGrowthBytes: 1e9 };
    trainer = await WorkerTrainer.start({ ...setup, threadLimits }, (sentence) => said.push(sentence));
    const results = [];
    for (let training = 0; training < 3; training++) results.push(await trainer.train(taskFor(mlp), { signal: never }));
    expect(said).toEqual(["The training thread was replaced by a fresh one: it had done 2 trainings."]);
    expect(results[2]?.parameters).toEqual(results[0]?.parameters);
  });

  it("takes a maximum of examples along to the thread", async () => {
    const worker = await start();
    const result = await worker.train(taskFor(mlp, { epochs: 2, maximumExamples: 50 }), { signal: never });
    // 50 of 300 examples in batches of 20, twice
    expect(result).toMatchObject({ exampleCount: 50, stepCount: 6 });
  });

  it("learns digits: 300 images are enough to know most of 500 others", async () => {
    const worker = await start();
    const { parameters } = await worker.train(taskFor(mlp, { epochs: 10 }), { signal: never });
    await selectBackend("wasm");
    const examples = await mnist.loadTraining(Uint32Array.from({ length: 500 }, (_, index) => 59_000 + index));
    expect((await evaluateModel({ architecture: mlp, parameters, examples })).accuracy).toBeGreaterThan(0.75);
  });

  it("moves the parameters instead of copying them, in both directions", async () => {
    const worker = await start();
    const task = taskFor(mlp);
    const { parameters } = await worker.train(task, { signal: never });
    expect(task.parameters.values.byteLength).toBe(0);
    expect(parameters.tensors.every(({ values }) => values.buffer === parameters.values.buffer)).toBe(true);
  });

  it("reports progress that grows to 1 while the own thread stays free", async () => {
    const worker = await start();
    const seen: number[] = [];
    await worker.train(taskFor(mlp), { signal: never, onProgress: (fraction) => seen.push(fraction) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.length).toBe(15);
    expect(seen.at(-1)).toBe(1);
  });

  it("stops between two batches when its signal aborts, and takes the next task", async () => {
    const worker = await start();
    const abort = new AbortController();
    const stopped = worker.train(taskFor(mlp, { epochs: 10_000 }), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "models.training-aborted" });
    await expect(worker.train(taskFor(mlp), { signal: never })).resolves.toMatchObject({ stepCount: 15 });
  });

  it("does not begin a task whose signal has aborted", async () => {
    const worker = await start();
    const stopped = worker.train(taskFor(mlp), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow("stopped after 0 of 15 steps");
  });

  it.each([
    ["models.training-diverged", taskFor(lenet5, { learningRate: 1000, momentum: 0, epochs: 5 })],
    ["models.shape-mismatch", taskFor(architectureSchema.parse({ ...mlp, inputShape: [14, 14, 1] }))],
  ])("passes an error on with its code %s and takes the next task", async (code, task) => {
    const worker = await start();
    await expect(worker.train(task, { signal: never })).rejects.toMatchObject({ name: "ProbSelectError", code });
    await expect(worker.train(taskFor(mlp), { signal: never })).resolves.toMatchObject({ exampleCount: 300 });
  });

  it.each([
    ["workloads.dataset-missing", { data: { ...data, datasetName: "no-such-set" } }],
    ["workloads.invalid-partition", { data: { ...data, shard: { index: 100, count: 100 } } }],
  ])("does not start and says why: %s", async (code, changes) => {
    await expect(start(changes)).rejects.toMatchObject({ code });
  });

  it("rejects what it has in work when it is closed", async () => {
    const worker = await start();
    let closed: Promise<void> | undefined;
    const training = worker.train(taskFor(mlp, { epochs: 10_000 }), {
      signal: never,
      onProgress: () => {
        closed ??= worker.close();
      },
    });
    await expect(training).rejects.toMatchObject({ code: "models.training-aborted" });
    await closed;
    await expect(worker.train(taskFor(mlp), { signal: never })).rejects.toThrow("closed");
  });
});

describe("a training thread that dies", () => {
  let folder = "";
  const flag = () => join(folder, "die");
  /** A data set of two pixels whose use ends the thread, once, when the flag file holds the code that does it. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "probselect-worker-"));
    await writeFile(
      join(folder, "data.mjs"),
      `import { existsSync, readFileSync, rmSync } from "node:fs";
       import { parentPort } from "node:worker_threads";
       const flag = ${JSON.stringify(join(folder, "die"))};
       const labels = new Uint8Array(40).map((_, index) => index % 2);
       // heard before the training's own listener: what it throws reaches nobody, and the training never ends
       parentPort.on("message", () => {
         if (!existsSync(flag) || readFileSync(flag, "utf8") !== "uncaught") return;
         rmSync(flag);
         throw new Error("nobody catches this");
       });
       const load = async (indices = Uint32Array.from(labels, (_, index) => index)) => ({
         exampleCount: indices.length, exampleShape: [2], labels: Uint8Array.from(indices, (index) => index % 2),
         inputs: Float32Array.from({ length: 2 * indices.length }, (_, place) => place % 3),
         get classCount() {
           if (!existsSync(flag)) return 2;
           const death = readFileSync(flag, "utf8");
           rmSync(flag);
           if (death === "exit") process.exit(7);
           throw new Error("unforeseen");
         },
       });
       export const dataset = { name: "deadly", loadTrainingLabels: async () => labels, loadTraining: load, loadTest: load };`,
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  const tiny = architectureSchema.parse({
    name: "tiny",
    inputShape: [2],
    layers: [{ kind: "dense", name: "output", units: 2, activation: "softmax" }],
  });

  it.each([
    ["exit", "ended with exit code 7"],
    ["throw", "failed unexpectedly: unforeseen"],
    ["uncaught", "crashed: nobody catches this"],
  ])("by %s costs its task, and the next task is trained by a fresh one", async (death, reason) => {
    const shard = { index: 0, count: 1 };
    const worker = await start({ data: { ...data, datasetName: join(folder, "data.mjs"), shard } });
    await writeFile(flag(), death);
    // so long a task that no result can come before the end of the thread
    const lost = worker.train(taskFor(tiny, { epochs: 1_000_000 }), { signal: never });
    await expect(lost).rejects.toMatchObject({
      code: "client.worker-crashed",
      message: expect.stringContaining(reason),
    });
    expect(existsSync(flag())).toBe(false);
    await expect(worker.train(taskFor(tiny), { signal: never })).resolves.toMatchObject({ exampleCount: 40 });
  });
});
