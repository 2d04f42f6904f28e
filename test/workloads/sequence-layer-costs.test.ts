import * as tfc from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Architecture, architectureSchema } from "../../models/architecture.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { forwardLogits } from "../../models/tensorflow/forward.ts";
import { charLstm, lenet5, transformerEncoder } from "../../models/zoo.ts";
import { costNotes } from "../../workloads/cost-notes.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import type { LayerCost } from "../../workloads/workload.ts";

const networkOf = (inputShape: readonly number[], ...layers: readonly object[]): Architecture =>
  architectureSchema.parse({
    ...{ name: "sequence", inputShape },
    layers: [
      ...layers,
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "output", units: 1, activation: "softmax" },
    ],
  });
const costsOf = (inputShape: readonly number[], layer: object) =>
  modelCost(networkOf(inputShape, { name: "x", ...layer })).layers.slice(0, -2);
const total = (costs: readonly LayerCost[], read: (cost: LayerCost) => number) =>
  costs.reduce((sum, cost) => sum + (cost.runsPerExample ?? 1) * read(cost), 0);
const own = (costs: readonly LayerCost[]) => costs.reduce((sum, { parameterCount }) => sum + parameterCount, 0);

describe("the cost of a layer over sequences", () => {
  it("is for an LSTM one product over the sequence and one in each step, with eleven light operators a step", () => {
    const costs = costsOf([10, 3], { kind: "lstm", units: 4 });
    // 10 steps: 10 * 3 * 16 = 480 and 10 * 4 * 16 = 640 multiply-adds; 4*4*(3 + 4 + 1) = 128 parameters.
    expect(total(costs, (cost) => cost.forwardMultiplyAdds)).toBe(480 + 640);
    expect(own(costs)).toBe(128);
    const heavy = costs.filter(({ kind }) => kind === "dense");
    expect(total(heavy, (cost) => cost.operatorCount)).toBe(1 + 10);
    // Sum, split, five activations and four operators of the state; the sequence is taken apart once.
    const light = costs.filter(({ kind }) => kind === "elementwise");
    expect(total(light, (cost) => cost.operatorCount)).toBe(10 * 11 + 1);
    // Kept: in each step 16 + 16 of the products, 16 sum, 16 split, 5 * 4, 4 * 4; and the sequence taken apart.
    const { activationBytesPerExample } = modelCost(networkOf([10, 3], { kind: "lstm", name: "x", units: 4 }));
    expect(activationBytesPerExample).toBe(4 * (30 + 10 * (4 * 16 + 20 + 16) + 160 + 1 + 1));
  });

  it("is for an LSTM that returns every state one operator more, which puts them together", () => {
    const costs = costsOf([10, 3], { kind: "lstm", units: 4, returnSequences: true });
    expect(costs.at(-1)).toMatchObject({ layerName: "x/stack", operatorCount: 1, outputElements: 40 });
  });

  it("is for an attention four products with parameters and two without, which grow with the length's square", () => {
    const attention = { kind: "multiHeadAttention", heads: 2, keyUnits: 4 };
    const multiplyAdds = (length: number) =>
      total(costsOf([length, 6], attention), ({ forwardMultiplyAdds }) => forwardMultiplyAdds);
    // Projections 4 * 10 * 6 * 8 = 1,920; scores and values 2 * 2 * 10 * 10 * 4 = 1,600.
    expect(multiplyAdds(10)).toBe(1_920 + 1_600);
    expect(multiplyAdds(20)).toBe(2 * 1_920 + 4 * 1_600);
    const costs = costsOf([10, 6], attention);
    expect(own(costs)).toBe(3 * (6 * 8 + 8) + 8 * 6 + 6);
    expect(costs.filter(({ kind }) => kind === "dense")).toHaveLength(6);
    expect(
      total(
        costs.filter(({ kind }) => kind === "elementwise"),
        ({ operatorCount }) => operatorCount,
      ),
    ).toBe(4 + 1 + 1);
    const causal = costsOf([10, 6], { ...attention, causal: true });
    expect(causal.filter(({ layerName }) => layerName === "x/mask")).toHaveLength(1);
  });

  it("is for a dense layer its work at every position", () => {
    const [dense] = costsOf([10, 6], { kind: "dense", units: 5, activation: "relu" });
    expect(dense).toMatchObject({
      ...{ kind: "dense", forwardMultiplyAdds: 10 * 6 * 5, parameterCount: 35, operatorCount: 2 },
      ...{ inputElements: 60, outputElements: 50, isMatrixProduct: true },
    });
  });

  it.each([
    // Reads 7 ids and the 7 rows of 3 that they name.
    [
      [7],
      { kind: "embedding", inputDim: 50, outputDim: 3 },
      { inputElements: 28, outputElements: 21, parameterCount: 150 },
    ],
    [[7, 3], { kind: "positionEmbedding" }, { inputElements: 42, outputElements: 21, parameterCount: 21 }],
    [[7, 3], { kind: "globalAveragePool1d" }, { inputElements: 21, outputElements: 3, parameterCount: 0 }],
  ])("is on %j for %o one light operator", (inputShape, layer, expected) => {
    const light = { kind: "elementwise", operatorCount: 1, forwardMultiplyAdds: 0 };
    expect(costsOf(inputShape, layer)).toEqual([expect.objectContaining({ ...light, ...expected })]);
  });

  it("adds up for the zoo's networks", () => {
    // LSTM 80 * (8 + 128) * 512, dense 128 * 80.
    expect(modelCost(charLstm).denseMultiplyAdds).toBe(80 * 136 * 512 + 128 * 80);
    // Two blocks of four projections of 64 x 64, scores and values of 80 x 80 x 64 each, dense 64 x 256 twice; dense 64 * 80.
    const block = 80 * 4 * 64 * 64 + 2 * 80 * 80 * 64 + 80 * 2 * 64 * 256;
    expect(modelCost(transformerEncoder).denseMultiplyAdds).toBe(2 * block + 64 * 80);
  });
});

describe("the operators that are counted", () => {
  beforeAll(async () => {
    await selectBackend("cpu");
  });

  const products = ["BatchMatMul", "_FusedMatMul"];
  const views = ["Reshape", "Identity"];

  /** Kernels of a forward pass, apart from views. */
  async function launched(architecture: Architecture): Promise<{ readonly heavy: number; readonly light: number }> {
    const parameters = new Map(
      initialParameters(architecture, 1).tensors.map(({ name, shape, values }) => [
        name,
        tfc.tensor(values, [...shape]),
      ]),
    );
    const inputs = tfc.ones([2, ...architecture.inputShape]);
    const run = () => tfc.tidy(() => forwardLogits(architecture, inputs, parameters, { training: true, seed: 0 }));
    const { kernels } = await tfc.profile(run);
    tfc.dispose([inputs, ...parameters.values()]);
    const names = kernels.map(({ name }) => name).filter((name) => !views.includes(name));
    const heavy = names.filter((name) => products.includes(name)).length;
    return { heavy, light: names.length - heavy };
  }

  it("are for one more step of an LSTM those that are launched", async () => {
    const lstm = (length: number) => networkOf([length, 3], { kind: "lstm", name: "x", units: 4 });
    const [shorter, longer] = [await launched(lstm(5)), await launched(lstm(6))];
    const counted = costsOf([6, 3], { kind: "lstm", units: 4 }).filter(
      ({ runsPerExample = 1 }) => runsPerExample === 6,
    );
    const operators = (kind: LayerCost["kind"]) =>
      counted.filter((cost) => cost.kind === kind).reduce((sum, { operatorCount }) => sum + operatorCount, 0);
    expect(longer.heavy - shorter.heavy).toBe(operators("dense"));
    expect(longer.light - shorter.light).toBe(operators("elementwise"));
  });

  it("are for an attention its six products", async () => {
    const attention = { kind: "multiHeadAttention", name: "x", heads: 2, keyUnits: 4 };
    const none = { kind: "activation", name: "x", activation: "linear" };
    const [without, with_] = [await launched(networkOf([5, 6], none)), await launched(networkOf([5, 6], attention))];
    expect(with_.heavy - without.heavy).toBe(6);
    // Four biases, which a framework fuses with their products, are operators of their own here.
    expect(with_.light - without.light).toBe(4 + 1 + 1 + 4);
  });
});

describe("the notes on a cost", () => {
  it("say of sequences how their layers were counted and that no measurement backs them, and nothing of images", () => {
    expect(costNotes(charLstm)).toEqual([
      expect.stringMatching(/"lstm1" \(LSTM\).*each of 80 time steps/),
      expect.stringContaining("no measurement backs"),
    ]);
    expect(costNotes(transformerEncoder).filter((note) => note.includes("80 x 80 scores"))).toHaveLength(2);
    expect(costNotes(lenet5)).toEqual([]);
  });
});
