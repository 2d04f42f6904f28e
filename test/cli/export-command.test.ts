import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type WholeTargetOptions, writeWhole } from "../../cli/export/whole-target.ts";
import type { ExportFiles } from "../../models/export/export-formats.ts";
import { decodeModelFile } from "../../models/export/safetensors-export.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { logisticRegression } from "../../models/zoo.ts";
import { loadModel } from "../../server/load-model.ts";
import { makeFinishedRun } from "../server/support/exported-run.ts";
import { loadLayersModel } from "../support/layers-models.ts";
import { largestDifference, probabilitiesOf, someExamples, variedParameters } from "../support/network-values.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();
const target = (name: string) => join(folder.path, name);
const contents = async () => (await readdir(folder.path)).sort();

describe("probselect export", () => {
  const [zeroth, first, second] = [1, 2, 3].map((seed) => variedParameters(logisticRegression, seed)) as [
    Set,
    Set,
    Set,
  ];
  type Set = ReturnType<typeof variedParameters>;
  let run: string;

  beforeAll(async () => {
    await selectBackend("wasm");
  });
  beforeEach(async () => {
    run = target("run");
    await makeFinishedRun(run, logisticRegression, [zeroth, first, second]);
  });

  it("writes a LayersModel that tf.loadLayersModel reads, and a server starts from", async () => {
    const out = target("exported");
    const { code, stdout, stderr } = await runCli("export", run, "--format", "tfjs", "--out", out, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const files = [join(out, "model.json"), join(out, "weights.bin")];
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      ...{ format: "tfjs", out, files, runName: "night-shift", round: 2, modelVersion: 2 },
      ...{ modelName: "logistic-regression", parameterCount: 7850 },
    });
    expect(await contents()).toEqual(["exported", "run"]);

    const data = { inputShape: [28, 28, 1], classCount: 10 };
    const examples = someExamples(data.inputShape, 5);
    const model = await loadLayersModel(out);
    const inputs = tf.tensor(examples, [5, ...data.inputShape]);
    const predicted = (model.predict(inputs) as tf.Tensor).dataSync();
    expect(largestDifference(predicted, probabilitiesOf(logisticRegression, second, examples))).toBeLessThan(1e-5);

    const { initialParameters } = await loadModel(join(out, "model.json"), { data, seed: 1 });
    expect(initialParameters.values).toEqual(second.values);
    await writeFile(target("run.yaml"), `model: ${join(out, "model.json")}\n`);
    const checked = await runCli("config", "check", target("run.yaml"));
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/7,850 parameters/) });
  });

  it("writes a round's model as safetensors, with its architecture and origin", async () => {
    const out = target("global.safetensors");
    const { code, stdout } = await runCli("export", run, "--format", "safetensors", "--out", out, "--round", "1");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^logistic-regression after round 1 of night-shift: 7,850 parameters, [\d,]+ bytes\n.*global/,
    );
    const file = await readFile(out);
    expect(decodeModelFile(file, out)).toEqual({ architecture: logisticRegression, parameters: first });
    expect(file.toString("latin1")).toContain('"round":"1"');
  });

  it("writes an ONNX file, and nothing over what is there", async () => {
    const out = target("global.onnx");
    expect(await runCli("export", run, "--format", "onnx", "--out", out)).toMatchObject({ code: 0, stderr: "" });
    const file = await readFile(out);
    for (const { values } of second.tensors) {
      expect(file.includes(Buffer.from(values.buffer, values.byteOffset, values.byteLength))).toBe(true);
    }
    const again = await runCli("export", run, "--format", "onnx", "--out", out, "--round", "0");
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/global\.onnx exists\. Replace it with --force/),
    });
    expect(await readFile(out)).toEqual(file);
  });

  it("exits 2 for a round that is none", async () => {
    const wrong = await runCli("export", run, "--format", "onnx", "--out", target("x"), "--round", "1.5");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/--round must be a whole number/) });
  });
});

describe("writing an export", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const exported = (text: string) =>
    ({ kind: "folder", files: { "model.json": [bytes("{}")], "weights.bin": [bytes(text), bytes(text)] } }) as const;
  const write = (content: ExportFiles, more: Partial<WholeTargetOptions> = {}) =>
    writeWhole(target("out"), content, { force: false, signal: new AbortController().signal, ...more });
  const weights = () => readFile(join(target("out"), "weights.bin"), "utf8");

  it("replaces an export only if told to, and never a folder with anything else in it", async () => {
    await write(exported("old"));
    await expect(write(exported("new"))).rejects.toMatchObject({ code: "cli.target-exists" });
    expect(await weights()).toBe("oldold");
    const written = await write(exported("new"), { force: true });
    expect(written).toEqual({
      files: ["model.json", "weights.bin"].map((name) => join(target("out"), name)),
      bytes: 8,
    });
    expect(await weights()).toBe("newnew");
    await writeFile(join(target("out"), "thesis.tex"), "years of work");
    for (const content of [exported("newer"), { kind: "file", pieces: [bytes("newer")] } as const]) {
      await expect(write(content, { force: true })).rejects.toThrow(/out is a folder with other files \(.*thesis\.tex/);
    }
    expect(await weights()).toBe("newnew");
    expect(await contents()).toEqual(["out"]);
  });

  it("leaves nothing of it behind when it is stopped half-way, and what was there as it was", async () => {
    await write(exported("old"));
    const interruption = new AbortController();
    const progress: number[] = [];
    const written = write(exported("new"), {
      force: true,
      signal: interruption.signal,
      onProgress: (writtenBytes) => {
        progress.push(writtenBytes);
        if (writtenBytes === 5) interruption.abort();
      },
    });
    await expect(written).rejects.toMatchObject({ code: "cli.interrupted" });
    expect(progress).toEqual([2, 5]);
    expect(await contents()).toEqual(["out"]);
    expect(await weights()).toBe("oldold");
  });

  it("says where it cannot write, and leaves nothing there", async () => {
    await writeFile(target("file"), "");
    const within = writeWhole(join(target("file"), "out"), exported("new"), {
      force: false,
      signal: new AbortController().signal,
    });
    await expect(within).rejects.toMatchObject({ code: "cli.cannot-write", message: expect.stringMatching(/--out/) });
    await mkdir(target("empty"));
    expect(await contents()).toEqual(["empty", "file"]);
  });
});
