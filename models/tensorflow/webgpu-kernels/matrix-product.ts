// Products of matrices on WebGPU. tfjs-backend-webgpu 4.22 sums a long product with a small result in parts of 128 (its
// MatMulSplitKProgram), and does it wrong where the second matrix is transposed: the gradient of a dense layer of 2,000 units or more
// went back as noise, without an error. Its parts are added in the order in which they are done, too, so that no two runs give the same
// bits. Such products take its program for small results instead, as shorter ones do.

import * as tf from "@tensorflow/tfjs-core";

/** The package's setting that names a program, -1 where it chooses itself, and the number of its MatMulSmallOutputSizeProgram. */
const PROGRAM_FLAG = "WEBGPU_MATMUL_PROGRAM_TYPE";
const ITS_CHOICE = -1;
const SMALL_RESULT = 2;

/** From so many terms on it sums in parts, where the result has few tiles (kernels/BatchMatMul_impl). */
const LONG = 2000;
const TILE = 32;
/** The most that it calls few, on any adapter: twice 16, on Intel's GPUs. */
const FEW_TILES = 32;
/** Up to so many elements it has a third program, which is right. */
const FEW_ELEMENTS = 128;

type Call = Parameters<tf.KernelFunc>[0];

interface Product {
  readonly rows: number;
  readonly terms: number;
  readonly columns: number;
  /** Not one of a batch of products. */
  readonly isSingle: boolean;
}

const productsOf: Readonly<Record<string, (call: Call) => Product>> = {
  BatchMatMul: productOfMatrices,
  _FusedMatMul: productOfMatrices,
  Conv2D: productOfConvolution,
  FusedConv2D: productOfConvolution,
};

let isInstalled = false;

/** Replaces what multiplies matrices on WebGPU. Needs the package's import; a second call does nothing. */
export function installWebGpuMatrixProduct(): void {
  if (isInstalled) return;
  for (const [kernelName, productOf] of Object.entries(productsOf)) {
    const shipped = tf.getKernel(kernelName, "webgpu");
    if (!shipped) throw new Error(`it has no ${kernelName}; install version 4.22.0 exactly`);
    tf.unregisterKernel(kernelName, "webgpu");
    const kernelFunc = (call: Call) => {
      const compute = () => shipped.kernelFunc(call);
      return wouldBeSummedInParts(productOf(call)) ? withProgram(SMALL_RESULT, compute) : compute();
    };
    tf.registerKernel({ ...shipped, kernelFunc });
  }
  isInstalled = true;
}

function wouldBeSummedInParts({ rows, terms, columns, isSingle }: Product): boolean {
  const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  return isSingle && terms >= LONG && tiles <= FEW_TILES && rows * columns > FEW_ELEMENTS;
}

function productOfMatrices({ inputs, attrs }: Call): Product {
  const { a, b } = inputs as Readonly<Record<"a" | "b", tf.TensorInfo>>;
  const [rowsOfA = 1, columnsOfA = 1] = a.shape.slice(-2);
  const [rowsOfB = 1, columnsOfB = 1] = b.shape.slice(-2);
  const [rows, terms] = attrs?.transposeA === true ? [columnsOfA, rowsOfA] : [rowsOfA, columnsOfA];
  const columns = attrs?.transposeB === true ? rowsOfB : columnsOfB;
  const isSingle = [a, b].every(({ shape }) => shape.slice(0, -2).every((size) => size === 1));
  return { rows, terms, columns, isSingle };
}

/** A product an image, windows x kernel; a single one where the kernel covers the whole image (kernels/Conv2D_impl). */
function productOfConvolution({ inputs, attrs }: Call): Product {
  const { x, filter } = inputs as Readonly<Record<"x" | "filter", tf.TensorInfo>>;
  const { strides, pad, dilations, dimRoundingMode } = attrs as unknown as tf.Conv2DAttrs;
  const [images, kernel] = [x.shape, filter.shape] as [
    [number, number, number, number],
    [number, number, number, number],
  ];
  const { computeConv2DInfo } = tf.backend_util;
  const info = computeConv2DInfo(images, kernel, strides, dilations, pad, dimRoundingMode);
  const terms = info.filterHeight * info.filterWidth * info.inChannels;
  const columns = info.outChannels;
  const coversImage =
    info.filterHeight === info.inHeight && info.filterWidth === info.inWidth && info.padInfo.type === "VALID";
  if (coversImage) return { rows: info.batchSize, terms, columns, isSingle: true };
  return { rows: info.outHeight * info.outWidth, terms, columns, isSingle: info.batchSize === 1 };
}

function withProgram<Result>(program: number, compute: () => Result): Result {
  tf.env().set(PROGRAM_FLAG, program);
  try {
    return compute();
  } finally {
    tf.env().set(PROGRAM_FLAG, ITS_CHOICE);
  }
}
