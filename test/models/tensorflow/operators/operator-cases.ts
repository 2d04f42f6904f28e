// Operators of a training step, gradients included, on shapes at random: back-ends choose among programs by shape, so that a wrong one
// shows in some shapes only.

import * as tf from "@tensorflow/tfjs-core";
import { type RandomSource, randomInteger, seededRandom } from "../../../../foundation/random-source.ts";
import { averagePool, type Windows } from "../../../../models/tensorflow/average-pool.ts";

export interface OperatorCase {
  /** The operator and its shapes, for people. */
  readonly what: string;
  /** By shape; their values are between -0.5 and 0.5. */
  readonly inputs: readonly { readonly shape: number[]; readonly values: Float32Array }[];
  readonly compute: (...inputs: tf.Tensor[]) => readonly tf.Tensor[];
}

type Maker = (random: RandomSource) => OperatorCase;

const drawn = <Value>(random: RandomSource, values: readonly [Value, ...Value[]]): Value =>
  values[randomInteger(random, values.length)] ?? values[0];

function made(random: RandomSource, ...shapes: readonly (readonly number[])[]): OperatorCase["inputs"] {
  return shapes.map((shape) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { shape: [...shape], values: Float32Array.from({ length }, () => random.next() - 0.5) };
  });
}

/** The value, and the gradient by each operand for the last input. */
const withGradients =
  (operator: (...operands: tf.Tensor[]) => tf.Tensor): OperatorCase["compute"] =>
  (...inputs) => {
    const operands = inputs.slice(0, -1);
    return [operator(...operands), ...tf.grads(operator)(operands, inputs.at(-1))];
  };

/** Products of matrices, long ones with small results among them, which back-ends like to sum in parts. */
const product: Maker = (random) => {
  const batch = drawn(random, [1, 1, 1, 2, 5]);
  const rows = drawn(random, [1, 2, 4, 8, 10, 32, 33, 64]);
  const terms = drawn(random, [1, 3, 16, 61, 128, 500, 1999, 2000, 2048, 3001]);
  const columns = drawn(random, [1, 4, 10, 32, 62, 64, 100, 128, 257, 512]);
  const [transposeA, transposeB] = [drawn(random, [true, false]), drawn(random, [true, false])];
  const a = transposeA ? [terms, rows] : [rows, terms];
  const b = transposeB ? [columns, terms] : [terms, columns];
  return {
    what: `matMul of ${batch} x ${rows} x ${terms} x ${columns}, transposed ${transposeA}, ${transposeB}`,
    inputs: made(random, [batch, ...a], [batch, ...b], [batch, rows, columns]),
    compute: withGradients((one, other) => tf.matMul(one as tf.Tensor, other as tf.Tensor, transposeA, transposeB)),
  };
};

/** Images and a window that slides over them. */
function sliding(random: RandomSource) {
  const side = drawn(random, [1, 2, 3, 4, 5, 7, 8, 12]);
  const size = Math.min(drawn(random, [1, 2, 3, 3, 5]), side);
  const strides = drawn(random, [1, 1, 2]);
  const padding = drawn<"same" | "valid">(random, ["same", "valid"]);
  const batch = drawn(random, [1, 2, 4]);
  const channels = drawn(random, [1, 3, 4, 8, 31, 64, 130]);
  const out = Math.ceil((padding === "same" ? side : side - size + 1) / strides);
  const what = `${batch} x ${side} x ${side} x ${channels}, window ${size}, strides ${strides}, ${padding}`;
  return { images: [batch, side, side, channels], outputs: [batch, out, out], channels, size, strides, padding, what };
}

const convolution: Maker = (random) => {
  const { images, outputs, channels, size, strides, padding, what } = sliding(random);
  const filters = drawn(random, [1, 3, 4, 8, 33, 64]);
  return {
    what: `conv2d of ${what}, ${filters} filters`,
    inputs: made(random, images, [size, size, channels, filters], [...outputs, filters]),
    compute: withGradients((x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, padding)),
  };
};

const depthwise: Maker = (random) => {
  const { images, outputs, channels, size, strides, padding, what } = sliding(random);
  return {
    what: `depthwiseConv2d of ${what}`,
    inputs: made(random, images, [size, size, channels, 1], [...outputs, channels]),
    compute: withGradients((x, kernel) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, padding),
    ),
  };
};

const maximumPool = (image: tf.Tensor4D, { poolSize: [size], strides: [strides], padding }: Windows) =>
  tf.maxPool(image, size, strides, padding);

const pooling: Maker = (random) => {
  const { images, outputs, channels, size, strides, padding, what } = sliding(random);
  const [name, pool] = drawn(random, [["maximum", maximumPool] as const, ["average", averagePool] as const]);
  return {
    what: `${name} of the windows of ${what}`,
    inputs: made(random, images, [...outputs, channels]),
    compute: withGradients((x) =>
      pool(x as tf.Tensor4D, { poolSize: [size, size], strides: [strides, strides], padding }),
    ),
  };
};

const reduction: Maker = (random) => {
  const shape = [drawn(random, [1, 2, 8]), drawn(random, [1, 9, 49, 200]), drawn(random, [1, 3, 10, 64, 130])];
  const axes = drawn(random, [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2]]);
  return {
    what: `sum, mean, max and softmax of ${shape.join(" x ")} along ${axes}`,
    inputs: made(random, shape),
    compute: (x) => {
      const values = x as tf.Tensor;
      return [
        tf.sum(values, axes),
        tf.mean(values, axes),
        tf.max(values, axes),
        tf.softmax(values),
        tf.logSoftmax(values),
      ];
    },
  };
};

const makers: readonly Maker[] = [product, convolution, depthwise, pooling, reduction];

/** As many of each kind. */
export function operatorCases(count: number, seed: number): readonly OperatorCase[] {
  const random = seededRandom(seed, "operators");
  return Array.from({ length: count }, () => makers.map((make) => make(random))).flat();
}
