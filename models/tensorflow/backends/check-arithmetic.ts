// Whether a back-end computes right, asked before it trains anything: a driver, or a package on a GPU that nobody tried it on, can go wrong
// without an error, and a model that was trained on noise tells nobody. A few operators of a training step, their gradients among them,
// are held against plain loops.

import * as tf from "@tensorflow/tfjs-core";

/** Of the greatest value. Arithmetic in TF32 is off by a thousandth; what goes wrong is off by all of it. */
const TOLERANCE = 0.01;

interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface Check {
  readonly what: string;
  readonly compute: () => tf.Tensor;
  readonly expected: Float32Array;
}

const checked = new WeakSet<object>();

/**
 * Tries TensorFlow.js' current back-end, once for each that is made.
 *
 * @throws if its values are not those of plain loops; the message says of what.
 */
export async function checkArithmetic(): Promise<void> {
  const backend = tf.backend();
  if (checked.has(backend)) return;
  for (const { what, compute, expected } of [...productChecks(), ...convolutionChecks(), ...poolingChecks()]) {
    const result = tf.tidy(compute);
    const values = await result.data();
    result.dispose();
    const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (values[at] ?? Number.NaN))), 0);
    if (!(worst <= TOLERANCE * scale)) {
      const share = Number.isNaN(worst)
        ? "not a number"
        : `off by ${((100 * worst) / scale).toFixed(0)} % of its greatest value`;
      throw new Error(
        `it computes wrong: ${what} is ${share}. Update the GPU's driver, or train with another back-end; please report it with the output of probselect doctor --readings`,
      );
    }
  }
  checked.add(backend);
}

/** Values between -1 and 1 that repeat nowhere. */
function made(shape: readonly number[], salt: number): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, values: Float32Array.from({ length }, (_, at) => Math.sin(salt + 1.7 * at + 0.013 * at * at)) };
}

const tensorOf = ({ shape, values }: Tensor) => tf.tensor(values, [...shape]);
const at = ({ values }: Tensor, place: number) => values[place] ?? Number.NaN;

/** Long enough to be summed in parts, as its gradient's second matrix is transposed behind a dense layer. */
function productChecks(): readonly Check[] {
  const [rows, terms, columns] = [33, 2000, 64];
  const [a, b] = [made([rows, terms], 1), made([columns, terms], 2)];
  const expected = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let term = 0; term < terms; term++) sum += at(a, row * terms + term) * at(b, column * terms + term);
      expected[row * columns + column] = sum;
    }
  }
  const compute = () => tf.matMul(tensorOf(a) as tf.Tensor2D, tensorOf(b) as tf.Tensor2D, false, true);
  return [{ what: "a product of matrices, the second transposed,", compute, expected }];
}

const [IMAGES, SIDE, CHANNELS, FILTERS, WINDOW] = [2, 6, 5, 8, 3] as const;
const pixels = [IMAGES, SIDE, SIDE] as const;

/** A convolution of 3 x 3 with padding "same", and its gradients by image and kernel. */
function convolutionChecks(): readonly Check[] {
  const x = made([...pixels, CHANNELS], 3);
  const kernel = made([WINDOW, WINDOW, CHANNELS, FILTERS], 4);
  const dy = made([...pixels, FILTERS], 5);
  const [y, dx, dKernel] = [dy, x, kernel].map(({ values }) => new Float32Array(values.length)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const add = (to: Float32Array, place: number, value: number) => {
    to[place] = (to[place] ?? Number.NaN) + value;
  };
  for (const { from, into, tap } of sameWindows()) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (let filter = 0; filter < FILTERS; filter++) {
        const [input, output] = [from * CHANNELS + channel, into * FILTERS + filter];
        const weight = (tap * CHANNELS + channel) * FILTERS + filter;
        add(y, output, at(x, input) * at(kernel, weight));
        add(dx, input, at(dy, output) * at(kernel, weight));
        add(dKernel, weight, at(dy, output) * at(x, input));
      }
    }
  }
  const attributes = { strides: 1, pad: "same", dataFormat: "NHWC" };
  const run = (name: string, inputs: Readonly<Record<string, Tensor>>, more: object) => () =>
    tf
      .engine()
      .runKernel(name, Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, tensorOf(tensor)])), {
        ...attributes,
        ...more,
      }) as tf.Tensor;
  return [
    {
      what: "a convolution",
      compute: () => tf.conv2d(tensorOf(x) as tf.Tensor4D, tensorOf(kernel) as tf.Tensor4D, 1, "same"),
      expected: y,
    },
    {
      what: "a convolution's gradient by its image",
      compute: run(tf.Conv2DBackpropInput, { dy, filter: kernel }, { inputShape: [...x.shape] }),
      expected: dx,
    },
    {
      what: "a convolution's gradient by its kernel",
      compute: run(tf.Conv2DBackpropFilter, { x, dy }, { filterShape: [...kernel.shape] }),
      expected: dKernel,
    },
  ];
}

/** Which pixel meets which place of the window for which pixel of the result. */
function* sameWindows(): Iterable<{ readonly from: number; readonly into: number; readonly tap: number }> {
  const half = (WINDOW - 1) / 2;
  for (let into = 0; into < IMAGES * SIDE * SIDE; into++) {
    const [row, column] = [Math.floor(into / SIDE) % SIDE, into % SIDE];
    for (let tap = 0; tap < WINDOW * WINDOW; tap++) {
      const [down, right] = [Math.floor(tap / WINDOW) - half, (tap % WINDOW) - half];
      const isInside = [row + down, column + right].every((place) => place >= 0 && place < SIDE);
      if (isInside) yield { from: into + down * SIDE + right, into, tap };
    }
  }
}

/** The greatest of 2 x 2 pixels, and where its gradient goes. */
function poolingChecks(): readonly Check[] {
  const half = SIDE / 2;
  const x = made([...pixels, CHANNELS], 6);
  const dy = made([IMAGES, half, half, CHANNELS], 7);
  const y = new Float32Array(dy.values.length);
  const dx = new Float32Array(x.values.length);
  for (const place of y.keys()) {
    const channel = place % CHANNELS;
    const window = Math.floor(place / CHANNELS);
    const [image, row, column] = [Math.floor(window / half / half), Math.floor(window / half) % half, window % half];
    const corner = (image * SIDE + 2 * row) * SIDE + 2 * column;
    const four = [corner, corner + 1, corner + SIDE, corner + SIDE + 1].map((pixel) => pixel * CHANNELS + channel);
    const greatest = four.reduce((best, other) => (at(x, other) > at(x, best) ? other : best));
    y[place] = at(x, greatest);
    dx[greatest] = at(dy, place);
  }
  const attributes = { filterSize: 2, strides: 2, pad: "valid" };
  const pooled: Tensor = { shape: dy.shape, values: y };
  return [
    {
      what: "a pooling",
      compute: () => tf.maxPool(tensorOf(x) as tf.Tensor4D, 2, 2, "valid"),
      expected: y,
    },
    {
      what: "a pooling's gradient",
      compute: () => {
        const inputs = { dy: tensorOf(dy), input: tensorOf(x), output: tensorOf(pooled) };
        return tf.engine().runKernel(tf.MaxPoolGrad, inputs, attributes) as tf.Tensor;
      },
      expected: dx,
    },
  ];
}
