import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../foundation/random-variates.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";

type Shape = readonly number[];
interface Input {
  readonly shape: Shape;
  readonly values: Float32Array;
}

beforeAll(async () => {
  for (const backend of ["cpu", "wasm"] as const) await selectBackend(backend);
});

const size = (shape: Shape) => shape.reduce((product, dimension) => product * dimension, 1);

function filled(shape: Shape, value: () => number): Input {
  return { shape, values: Float32Array.from({ length: size(shape) }, value) };
}

const normal = (shape: Shape, seed: number): Input => {
  const random = seededRandom(seed, shape.join("x"));
  return filled(shape, () => standardNormalVariate(random));
};

/** Runs one kernel on one back-end. */
async function run(backend: string, kernel: string, inputs: Record<string, Input>, attributes: object) {
  await tf.setBackend(backend);
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  const output = tf.engine().runKernel(kernel, tensors, attributes as tf.NamedAttrMap) as tf.Tensor;
  const result = { shape: output.shape, values: Float32Array.from(output.dataSync()) };
  output.dispose();
  for (const tensor of Object.values(tensors)) tensor.dispose();
  return result;
}

function expectClose(actual: Input, expected: Input, relative = 1e-4) {
  expect(actual.shape).toEqual(expected.shape);
  const scale = Math.max(1, ...expected.values.map(Math.abs));
  const worst = expected.values.reduce((w, value, i) => Math.max(w, Math.abs(value - (actual.values[i] ?? NaN))), 0);
  expect(worst / scale).toBeLessThan(relative);
}

async function expectAgreement(kernel: string, inputs: Record<string, Input>, attributes: object) {
  const [wasm, cpu] = [await run("wasm", kernel, inputs, attributes), await run("cpu", kernel, inputs, attributes)];
  expectClose(wasm, cpu);
}

const convolutions = fc.record({
  examples: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 5, max: 9 }),
  width: fc.integer({ min: 5, max: 9 }),
  channels: fc.integer({ min: 1, max: 4 }),
  filters: fc.integer({ min: 1, max: 4 }),
  kernelHeight: fc.integer({ min: 1, max: 5 }),
  kernelWidth: fc.integer({ min: 1, max: 5 }),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.constantFrom("same" as const, "valid" as const),
  seed: fc.integer(),
});

type Convolution = typeof convolutions extends fc.Arbitrary<infer Value> ? Value : never;

/** Tensors and attributes of a convolution's two gradients. */
function gradientCase(c: Convolution, depthwise: boolean, dilations: [number, number] = [1, 1]) {
  const xShape: [number, number, number, number] = [c.examples, c.height, c.width, c.channels];
  const filterShape: [number, number, number, number] = [c.kernelHeight, c.kernelWidth, c.channels, c.filters];
  const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, c.stride, dilations, c.pad, undefined, depthwise);
  const attributes = { strides: c.stride, pad: c.pad, dataFormat: "NHWC", dimRoundingMode: undefined, dilations };
  return {
    x: normal(xShape, c.seed),
    filter: normal(filterShape, c.seed + 1),
    dy: normal(info.outShape, c.seed + 2),
    filterAttributes: { ...attributes, filterShape },
    inputAttributes: { ...attributes, inputShape: xShape },
  };
}

describe("Conv2DBackpropFilter on wasm", () => {
  it("agrees with the cpu back-end over shapes, strides and paddings", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (c) => {
        const { x, dy, filterAttributes } = gradientCase(c, false);
        await expectAgreement("Conv2DBackpropFilter", { x, dy }, filterAttributes);
      }),
      { numRuns: 60 },
    );
  });

  it("takes a batch whose windows do not fit its buffer in pieces", async () => {
    // 5 x 5 x 8 taps x 64 x 64 pixels = 819,200 elements an example, so 16 Mi elements hold 20 examples: 25 need two pieces.
    const c = { examples: 25, height: 64, width: 64, channels: 8, filters: 1, kernelHeight: 5, kernelWidth: 5 };
    const { x, dy, filterAttributes } = gradientCase({ ...c, stride: [1, 1], pad: "same", seed: 1 }, false);
    const whole = await run("wasm", "Conv2DBackpropFilter", { x, dy }, filterAttributes);
    const parts = await Promise.all(
      [
        [0, 12],
        [12, 25],
      ].map(([from = 0, to = 0]) => {
        const part = (input: Input): Input => {
          const perExample = size(input.shape.slice(1));
          return {
            shape: [to - from, ...input.shape.slice(1)],
            values: input.values.slice(from * perExample, to * perExample),
          };
        };
        return run("wasm", "Conv2DBackpropFilter", { x: part(x), dy: part(dy) }, filterAttributes);
      }),
    );
    const sum = whole.values.map((_, i) => (parts[0]?.values[i] ?? 0) + (parts[1]?.values[i] ?? 0));
    expectClose(whole, { shape: whole.shape, values: sum });
  });
});

describe("Conv2DBackpropInput on wasm", () => {
  it("agrees with the cpu back-end over shapes, strides and paddings", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (c) => {
        const { filter, dy, inputAttributes } = gradientCase(c, false);
        await expectAgreement("Conv2DBackpropInput", { filter, dy }, inputAttributes);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the depthwise gradients on wasm", () => {
  it("agree with the cpu back-end over shapes, strides, paddings and channel multipliers", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (c) => {
        const { x, filter, dy, filterAttributes, inputAttributes } = gradientCase(c, true);
        await expectAgreement("DepthwiseConv2dNativeBackpropFilter", { x, dy }, filterAttributes);
        await expectAgreement("DepthwiseConv2dNativeBackpropInput", { filter, dy }, inputAttributes);
      }),
      { numRuns: 60 },
    );
  });

  it("are the adjoints of the forward pass also with dilation, which the cpu back-end ignores", async () => {
    // <dy, conv(x, w)> is linear in w and in x, so it equals <w, filterGradient> and <x, inputGradient>.
    const c = { examples: 2, height: 9, width: 8, channels: 3, filters: 2, kernelHeight: 3, kernelWidth: 2 };
    const dilations: [number, number] = [2, 3];
    for (const pad of ["same", "valid"] as const) {
      const t = gradientCase({ ...c, stride: [1, 1], pad, seed: 5 }, true, dilations);
      const forward = await run("wasm", "DepthwiseConv2dNative", { x: t.x, filter: t.filter }, t.filterAttributes);
      const dFilter = await run(
        "wasm",
        "DepthwiseConv2dNativeBackpropFilter",
        { x: t.x, dy: t.dy },
        t.filterAttributes,
      );
      const dInput = await run(
        "wasm",
        "DepthwiseConv2dNativeBackpropInput",
        { filter: t.filter, dy: t.dy },
        t.inputAttributes,
      );
      const dot = (a: Input, b: Input) => a.values.reduce((sum, value, i) => sum + value * (b.values[i] ?? NaN), 0);
      expect(dot(t.filter, dFilter)).toBeCloseTo(dot(t.dy, forward), 3);
      expect(dot(t.x, dInput)).toBeCloseTo(dot(t.dy, forward), 3);
    }
  });
});

describe("MaxPoolGrad on wasm", () => {
  const signs: Record<string, (value: number) => number> = {
    "all positive": (value) => Math.abs(value) + 0.1,
    "mixed sign": (value) => value,
    "relu output": (value) => Math.max(0, value),
    "all negative": (value) => -Math.abs(value) - 0.1,
    "tied, every value equal": () => -1,
    "all zero": () => 0,
  };
  const pools = [
    { filterSize: [2, 2], strides: [2, 2], pad: "valid" },
    { filterSize: [3, 3], strides: [2, 2], pad: "same" },
    { filterSize: [3, 3], strides: [1, 1], pad: "same" },
    { filterSize: [2, 3], strides: [3, 1], pad: "valid" },
  ] as const;

  for (const [name, sign] of Object.entries(signs)) {
    it.each(pools)(`agrees with the cpu back-end where the input is ${name}: %o`, async (pool) => {
      const shape: [number, number, number, number] = [2, 6, 7, 3];
      const x = normal(shape, 3);
      const input = { shape, values: x.values.map(sign) };
      const info = tf.backend_util.computePool2DInfo(shape, [...pool.filterSize], [...pool.strides], 1, pool.pad);
      const dy = normal(info.outShape, 4);
      const output = await run("cpu", "MaxPool", { x: input }, { ...pool, dataFormat: "NHWC" });
      await expectAgreement("MaxPoolGrad", { dy, input, output }, pool);
    });
  }

  it("loses no gradient: what goes out equals what came in, also where every maximum is negative", async () => {
    const shape: [number, number, number, number] = [1, 4, 4, 1];
    const input = filled(shape, () => -2);
    const dy = normal([1, 2, 2, 1], 9);
    const pool = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
    const gradient = await run("wasm", "MaxPoolGrad", { dy, input, output: filled([1, 2, 2, 1], () => -2) }, pool);
    const total = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
    expect(total(gradient.values)).toBeCloseTo(total(dy.values), 5);
  });
});

describe("BatchMatMul on wasm", () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("agrees with the cpu back-end with transposes %s, %s", async (transposeA, transposeB) => {
    const a = normal(transposeA ? [2, 5, 7] : [2, 7, 5], 1);
    const b = normal(transposeB ? [2, 3, 5] : [2, 5, 3], 2);
    await expectAgreement("BatchMatMul", { a, b }, { transposeA, transposeB });
  });
});

describe("slices on wasm", () => {
  const axis = fc
    .integer({ min: 1, max: 5 })
    .chain((length) =>
      fc
        .integer({ min: 0, max: length - 1 })
        .chain((begin) => fc.integer({ min: 1, max: length - begin }).map((size) => ({ length, begin, size }))),
    );
  const cuts = fc.array(axis, { minLength: 1, maxLength: 5 });
  const counting = (shape: Shape) => {
    let next = 0;
    return filled(shape, () => next++);
  };

  /** Each of the tensors that a function makes of one, flattened, on one back-end. */
  async function pieces(
    backend: string,
    dtype: "float32" | "int32" | "bool",
    { shape, values }: Input,
    cut: (x: tf.Tensor) => tf.Tensor[],
  ) {
    await tf.setBackend(backend);
    return tf.tidy(() =>
      cut(tf.tensor([...values], [...shape], dtype)).map((piece) => [piece.dtype, piece.shape, [...piece.dataSync()]]),
    );
  }

  async function expectSamePieces(input: Input, cut: (x: tf.Tensor) => tf.Tensor[]) {
    for (const dtype of ["float32", "int32", "bool"] as const) {
      expect(await pieces("wasm", dtype, input, cut)).toEqual(await pieces("cpu", dtype, input, cut));
    }
  }

  it("take what the cpu back-end takes, along any axes of any type", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async (axes) => {
        const input = counting(axes.map(({ length }) => length));
        const [begin, size] = [axes.map((a) => a.begin), axes.map((a) => a.size)];
        await expectSamePieces(input, (x) => [tf.slice(x, begin, size)]);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it("take a tensor apart and split it as the cpu back-end does, along every axis", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async (axes) => {
        const input = counting(axes.map(({ length }) => length));
        for (const [place, { begin, length }] of axes.entries()) {
          await expectSamePieces(input, (x) => tf.unstack(x, place));
          await expectSamePieces(input, (x) => tf.unstack(x, place - axes.length));
          if (begin > 0) await expectSamePieces(input, (x) => tf.split(x, [begin, length - begin], place));
          await expectSamePieces(input, (x) => tf.split(x, length, place - axes.length));
        }
      }),
      { numRuns: 8, seed: 12 },
    );
  });

  it("take a rest that is named by -1", async () => {
    await expectSamePieces(counting([4, 3]), (x) => [tf.slice(x, [1, 0], [-1, 2])]);
  });
});
