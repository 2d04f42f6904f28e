// A process that computes the same operators on wasm and on WebGPU's software driver, and prints those that differ: Dawn must not be in
// the process of the tests.
//
//   node compare-operators.js COUNT SEED

import * as tf from "@tensorflow/tfjs-core";
// Brings the gradients.
import "@tensorflow/tfjs-layers";
import { type BackendName, selectBackend } from "../../../../models/tensorflow/backend.ts";
import { type OperatorCase, operatorCases } from "./operator-cases.ts";

export interface Comparison {
  readonly outputs: number;
  /** Operators whose values are not those of wasm. */
  readonly differing: readonly string[];
  /** Operators whose second run on WebGPU did not give the bits of the first. */
  readonly unsteady: readonly string[];
}

/** Of the greatest value: sums of thousands of float32 products in another order. */
const TOLERANCE = 2e-5;

type Outputs = readonly (readonly Float32Array[])[];

async function computeAll(cases: readonly OperatorCase[], backend: BackendName): Promise<Outputs> {
  await selectBackend(backend);
  const all: Float32Array[][] = [];
  for (const { inputs, compute } of cases) {
    const tensors = tf.tidy(() => [...compute(...inputs.map(({ shape, values }) => tf.tensor(values, shape)))]);
    all.push(await Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data()))));
    tf.dispose(tensors);
  }
  return all;
}

/** The largest difference, as a share of the largest value. */
function difference(one: Float32Array, other: Float32Array): number {
  const scale = one.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
  return one.reduce((worst, value, at) => Math.max(worst, Math.abs(value - (other[at] ?? Number.NaN)) / scale), 0);
}

const [count = 0, seed = 0] = process.argv.slice(2).map(Number);
const cases = operatorCases(count, seed);
const expected = await computeAll(cases, "wasm");
const first = await computeAll(cases, "webgpu-software");
const second = await computeAll(cases, "webgpu-software");

/** Cases with an output of which that is not so. */
const where = (one: Outputs, other: Outputs, isRight: (one: Float32Array, other: Float32Array) => boolean) =>
  cases.flatMap(({ what }, place) => {
    const wrong = (one[place] ?? []).flatMap((values, output) =>
      isRight(values, other[place]?.[output] ?? new Float32Array()) ? [] : [`output ${output}`],
    );
    return wrong.length === 0 ? [] : [`${what}: ${wrong.join(", ")}`];
  });

const comparison: Comparison = {
  outputs: expected.flat().length,
  differing: where(expected, first, (one, other) => difference(one, other) <= TOLERANCE),
  unsteady: where(first, second, (one, other) => Buffer.from(one.buffer).equals(Buffer.from(other.buffer))),
};
process.stdout.write(`${JSON.stringify(comparison)}\n`);
process.exit(0);
