import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  readCheckpoint,
  removeCheckpoint,
  trainingKey,
  writeCheckpoint,
} from "../../../client/training/training-checkpoint.ts";
import { WorkerTrainer } from "../../../client/training/worker-trainer.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { parameterLayout } from "../../../models/parameter-file.ts";
import { mlp } from "../../../models/zoo.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const path = () => join(folder.path, "deep", "agent.training");
const layout = parameterLayout(mlp);
/** Compared as bytes, which takes no time. */
const bytesOf = (values: Float32Array = new Float32Array()) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);
const state = {
  step: 7,
  parameters: initialParameters(mlp, 3),
  momenta: Float32Array.of(1, -2, 0.5),
  losses: { sum: 0.1 + 0.2, examples: 96 },
  computeSeconds: 12.25,
};

describe("a training's state on disk", () => {
  it("comes back with every bit", async () => {
    await writeCheckpoint(path(), "a", state);
    const { parameters, ...others } = state;
    const read = (await readCheckpoint(path(), "a", layout)).state;
    expect(read).toMatchObject(others);
    expect(bytesOf(read?.parameters.values).equals(bytesOf(parameters.values))).toBe(true);
    await writeCheckpoint(path(), "a", { ...state, momenta: undefined });
    expect((await readCheckpoint(path(), "a", layout)).state?.momenta).toBeUndefined();
    expect(await readdir(join(folder.path, "deep"))).toEqual(["agent.training"]);
  });

  it("is not another training's, and of a missing file there is nothing to say", async () => {
    expect(await readCheckpoint(path(), "a", layout)).toEqual({});
    await writeCheckpoint(path(), "a", state);
    expect(await readCheckpoint(path(), "b", layout)).toEqual({});
    await removeCheckpoint(path());
    await removeCheckpoint(path());
    expect(await readCheckpoint(path(), "a", layout)).toEqual({});
  });

  it("goes with what a process that was killed while it wrote has left", async () => {
    await writeCheckpoint(path(), "a", state);
    await writeFile(`${path()}.partial`, "half of it");
    await removeCheckpoint(path());
    expect(await readdir(join(folder.path, "deep"))).toEqual([]);
  });

  it.each([0, 7, 300, -1])("torn at %i bytes is told, not used", async (length) => {
    await writeCheckpoint(path(), "a", state);
    const whole = await readFile(path());
    await writeFile(path(), whole.subarray(0, length < 0 ? whole.length - 1 : length));
    expect(await readCheckpoint(path(), "a", layout)).toEqual({ problem: expect.any(String) });
  });

  it("has a key of all that the outcome follows from", () => {
    expect(trainingKey({ name: "7", seed: 1 })).toBe(trainingKey({ name: "7", seed: 1 }));
    expect(trainingKey({ name: "7", seed: 1 })).not.toBe(trainingKey({ name: "7", seed: 2 }));
  });
});

describe("a trainer that was stopped", () => {
  const never = new AbortController().signal;
  const data = {
    datasetName: "mnist",
    partition: { kind: "iid" },
    shard: { index: 2, count: 100 },
    seed: 5,
    maximumExamples: 300,
  } as const;
  const task = () => ({
    ...{ architecture: mlp, parameters: initialParameters(mlp, 1), seed: 3, name: "round 1" },
    settings: { epochs: 2, batchSize: 20, learningRate: 0.05, momentum: 0.9 },
  });

  it("goes on in another process's stead with the same bits, says so, and leaves no file at the end", async () => {
    const whole = await WorkerTrainer.start({ data, backend: "wasm" });
    const expected = await whole.train(task(), { signal: never });
    await whole.close();

    const setup = { data, backend: "wasm", checkpoint: { path: path(), everySeconds: 0 } } as const;
    const first = await WorkerTrainer.start(setup);
    const abort = new AbortController();
    const cut = first.train(task(), {
      signal: abort.signal,
      onProgress: (fraction) => fraction > 0.4 && abort.abort(),
    });
    await expect(cut).rejects.toMatchObject({ code: "models.training-aborted" });
    await first.close();

    const said: string[] = [];
    const second = await WorkerTrainer.start(setup, (sentence) => said.push(sentence));
    const result = await second.train(task(), { signal: never });
    await second.close();
    expect(said).toEqual([expect.stringMatching(/^The training goes on after step \d+, where it was cut off\.$/)]);
    expect(bytesOf(result.parameters.values).equals(bytesOf(expected.parameters.values))).toBe(true);
    expect(await readdir(join(folder.path, "deep"))).toEqual([]);
  });
});
