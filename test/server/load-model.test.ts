import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as tfl from "@tensorflow/tfjs-layers";
import { describe, expect, it } from "vitest";
import { encodeModelFile } from "../../models/export/safetensors-export.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { findArchitecture, lenet5 } from "../../models/zoo.ts";
import { isModelPath, loadModel } from "../../server/load-model.ts";
import { saveLayersModel, varyWeights } from "../support/layers-models.ts";
import { variedParameters } from "../support/network-values.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const digits = { inputShape: [28, 28, 1], classCount: 10 };
const seed = 7;

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return path;
}

const layers = (units: string | number, activation = "softmax") =>
  `[{ kind: "flatten", name: "flatten" }, { kind: "dense", name: "output", units: ${units}, activation: "${activation}" }]`;

async function savedModel(units = 10): Promise<string> {
  await selectBackend("cpu");
  const model = tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: digits.inputShape }),
      tfl.layers.dense({ name: "output", units, activation: "softmax" }),
    ],
  });
  varyWeights(model);
  return saveLayersModel(model, folder.path);
}

describe("a model by its name", () => {
  it.each([
    "./model.json",
    "model.json",
    "a/model.json",
    "mine.mjs",
    "mine.ts",
    "x.safetensors",
    "x.keras",
    "file:///x.js",
  ])("takes %s for a file", (name) => expect(isModelPath(name)).toBe(true));

  it.each(["lenet5", "mobilenet_v2", "cnn-small", "shufflenet_v2_x0_5", "js"])("takes %s for a name", (name) =>
    expect(isModelPath(name)).toBe(false),
  );

  it("finds those of the package, made for the data, with parameters from the seed", async () => {
    const data = { inputShape: [32, 32, 3], classCount: 5 };
    const { architecture, initialParameters: parameters, notes } = await loadModel("cnn-small", { data, seed });
    expect(architecture).toEqual(findArchitecture("cnn-small", data));
    expect(parameters.values).toEqual(initialParameters(architecture, seed).values);
    expect(notes).toEqual([]);
    await expect(loadModel("lenet", { data, seed })).rejects.toMatchObject({ code: "models.unknown-architecture" });
  });

  it("loads a module's architecture as data", async () => {
    const path = await fileOf(
      "mine.mjs",
      `export const architecture = { name: "mine", inputShape: [28, 28, 1], layers: ${layers(10)} };`,
    );
    const { architecture, initialParameters: parameters } = await loadModel(path, { data: digits, seed });
    expect(architecture).toMatchObject({
      name: "mine",
      layers: [{ kind: "flatten" }, { kind: "dense", useBias: true }],
    });
    expect(parameters.values).toEqual(initialParameters(architecture, seed).values);
    expect(await loadModel(pathToFileURL(path).href, { data: digits, seed })).toMatchObject({ architecture });
  });

  it("calls a module's function with the data's shape", async () => {
    const path = await fileOf(
      "mine.mjs",
      `export function architecture({ inputShape, classCount }) { return { name: "m", inputShape, layers: ${layers("classCount")} }; }`,
    );
    const data = { inputShape: [5, 4, 2], classCount: 3 };
    const { architecture } = await loadModel(path, { data, seed });
    expect(architecture).toMatchObject({ inputShape: [5, 4, 2], layers: [{}, { units: 3 }] });
  });

  it("starts from the weights of a LayersModel, or from the seed if told so", async () => {
    const path = await savedModel();
    const brought = await loadModel(path, { data: digits, seed });
    expect(brought.initialParameters.tensors.map(({ name }) => name)).toEqual(["output/kernel", "output/bias"]);
    expect(brought.initialParameters.values).not.toEqual(initialParameters(brought.architecture, seed).values);
    expect(brought.notes).toEqual([`The model ${path} starts from the weights that it brings.`]);
    const drawn = await loadModel(path, { data: digits, seed, initialWeights: "seed" });
    expect(drawn.initialParameters.values).toEqual(initialParameters(brought.architecture, seed).values);
    expect(drawn.notes).toEqual([`The model ${path} starts from the seed 7.`]);
  });

  it("goes on from an exported safetensors file, bit for bit", async () => {
    const parameters = variedParameters(lenet5);
    const path = await fileOf("global.safetensors", encodeModelFile(lenet5, parameters, { round: "3" }));
    const loaded = await loadModel(path, { data: digits, seed });
    expect(loaded.architecture).toEqual(lenet5);
    expect(loaded.initialParameters).toEqual(parameters);
  });

  const module = (text: string) => () => fileOf("bad.mjs", text);
  const architecture = (text: string) => module(`export const architecture = ${text};`);
  it.each<[string, () => Promise<string>, string, RegExp]>([
    ["a file that is not there", async () => "./nowhere/model.json", "models.not-loaded", /cannot be read: ENOENT/],
    [
      "a module that is not there",
      async () => "./nowhere.mjs",
      "models.not-loaded",
      /There is no file \.\/nowhere\.mjs/,
    ],
    ["a Keras file", async () => "./model.keras", "models.not-loaded", /tensorflowjs_converter/],
    [
      "a module without one",
      module("export const x = 1;"),
      "models.not-loaded",
      /exports no `architecture`\. Export one/,
    ],
    [
      "a function that throws",
      module("export const architecture = () => { throw new Error('no licence'); };"),
      "models.not-loaded",
      /threw an error: no licence/,
    ],
    [
      "an unknown kind of layer",
      architecture('{ name: "m", inputShape: [2], layers: [{ kind: "desne", name: "d" }] }'),
      "models.invalid-architecture",
      /layers\.0\.kind: .*dense/,
    ],
    [
      "layers that do not fit one another",
      architecture(
        '{ name: "m", inputShape: [28, 28, 1], layers: [{ kind: "dense", name: "d", units: 10, activation: "softmax" }] }',
      ),
      "models.invalid-architecture",
      /Put a flatten layer before it/,
    ],
    [
      "a network without softmax",
      architecture(`{ name: "m", inputShape: [28, 28, 1], layers: ${layers(10, "linear")} }`),
      "models.invalid-architecture",
      /ends in "output" with the shape \[10\]\. Let it end in an activation softmax/,
    ],
    [
      "other examples",
      architecture(`{ name: "m", inputShape: [32, 32, 3], layers: ${layers(10)} }`),
      "models.shape-mismatch",
      /takes examples of 32x32x3 and has 10 classes, but the data set has examples of 28x28x1/,
    ],
    ["too few classes", () => savedModel(9), "models.shape-mismatch", /has 9 classes, .* and 10 classes/],
    [
      "weights that are no numbers",
      () => {
        const parameters = variedParameters(lenet5);
        parameters.values[200] = Number.NaN; // conv1 has 5 * 5 * 6 + 6 = 156 parameters
        return fileOf("nan.safetensors", encodeModelFile(lenet5, parameters, {}));
      },
      "models.non-finite-parameter",
      /no numbers in "conv2\/kernel"/,
    ],
    [
      "tensors of nobody knows which network",
      () => fileOf("bare.safetensors", encodeParameterFile(variedParameters(lenet5))),
      "models.malformed-parameter-file",
      /does not say of which network/,
    ],
  ])("refuses %s", async (_, make, code, message) => {
    await expect(loadModel(await make(), { data: digits, seed })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
