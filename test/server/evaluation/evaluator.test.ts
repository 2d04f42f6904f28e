import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { architectureSchema } from "../../../models/architecture.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { encodeParameterFile, parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { mlp } from "../../../models/zoo.ts";
import { Evaluator } from "../../../server/evaluation/evaluator.ts";
import type { StoredModel } from "../../../server/rounds/types.ts";

let folder: string;
let evaluator: Evaluator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluator-"));
  evaluator = await Evaluator.start({ architecture: mlp, datasetName: "mnist" });
});
afterAll(async () => {
  await evaluator.close();
  await rm(folder, { recursive: true, force: true });
});

async function stored(name: string, file: Uint8Array): Promise<StoredModel> {
  const path = join(folder, name);
  await writeFile(path, file);
  return { modelVersion: 0, sha256: "0".repeat(64), path, byteLength: file.byteLength };
}

describe("the evaluation's thread", () => {
  it("scores a model that knows nothing with the loss of a guess among ten", async () => {
    const zeros = createParameterSet(parameterLayout(mlp));
    const result = await evaluator.evaluate(await stored("zeros", encodeParameterFile(zeros)));
    // All logits are 0: loss = ln 10 = 2.302585; the first class always wins, and 980 of the 10,000 test digits are 0.
    expect(result.loss).toBeCloseTo(Math.LN10, 4);
    expect(result).toMatchObject({ accuracy: 0.098, exampleCount: 10_000 });
  });

  it("answers heartbeats meanwhile: the event loop turns while it computes", async () => {
    const model = await stored("initial", encodeParameterFile(initialParameters(mlp, 1)));
    let turns = 0;
    let isDone = false;
    const evaluation = evaluator.evaluate(model).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await evaluation;
    expect(turns).toBeGreaterThan(10);
  });

  it("says why a model cannot be scored, and goes on with the next", async () => {
    await expect(evaluator.evaluate(await stored("torn", Buffer.from("torn")))).rejects.toMatchObject({
      code: "server.evaluation-failed",
    });
    const zeros = createParameterSet(parameterLayout(mlp));
    expect((await evaluator.evaluate(await stored("zeros", encodeParameterFile(zeros)))).exampleCount).toBe(10_000);
  });

  it("does not start without its data set", async () => {
    await expect(Evaluator.start({ architecture: mlp, datasetName: "nothing" })).rejects.toThrow(
      /No data set is named/,
    );
  });

  it("does not start a model that does not fit the data's shape", async () => {
    const other = architectureSchema.parse({
      name: "other",
      inputShape: [5],
      layers: [{ kind: "dense", name: "output", units: 10, activation: "softmax" }],
    });
    const wrong = await Evaluator.start({ architecture: other, datasetName: "mnist" });
    const model = await stored("other", encodeParameterFile(initialParameters(other, 1)));
    await expect(wrong.evaluate(model)).rejects.toThrow(/cannot be scored/);
    await wrong.close();
    await expect(wrong.evaluate(model)).rejects.toThrow(/evaluation.s (thread|process) (ended|was ended)/);
  });
});
