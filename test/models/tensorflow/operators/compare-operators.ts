// A process that computes the same operators on wasm and on another back-end, and prints those that differ: native code must not be in the
// process of the tests.
//
//   node compare-operators.js BACKEND COUNT SEED

import * as tf from "@tensorflow/tfjs-core";
// Brings the gradients.
import "@tensorflow/tfjs-layers";
import { type BackendName, selectBackend } from "../../../../models/tensorflow/backend.ts";
import { backendNames } from "../../../../models/tensorflow/backends/names.ts";
import { type OperatorCase, operatorCases } from "./operator-cases.ts";

export interface Comparison {
  readonly outputs: number;
  /** Operators whose values are not those of wasm. */
  readonly differing: readonly string[];
  /** Operators whose second run on the other back-end did not give the bits of the first. */
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

const [backend, count, seed] = process.argv.slice(2);
const other = backendNames.find((name) => name === backend);
if (other === undefined) throw new Error(`There is no back-end "${backend}".`);
const cases = operatorCases(Number(count), Number(seed));
const expected = await computeAll(cases, "wasm");
const first = await computeAll(cases, other);
const second = await computeAll(cases, other);

/** Cases with an output of which that is not so. */
const where = (ones: Outputs, others: Outputs, isRight: (one: Float32Array, other: Float32Array) => boolean) =>
  cases.flatMap(({ what }, place) => {
    const wrong = (ones[place] ?? []).flatMap((values, output) =>
      isRight(values, others[place]?.[output] ?? new Float32Array()) ? [] : [`output ${output}`],
    );
    return wrong.length === 0 ? [] : [`${what}: ${wrong.join(", ")}`];
  });

const comparison: Comparison = {
  outputs: expected.flat().length,
  differing: where(expected, first, (one, another) => difference(one, another) <= TOLERANCE),
  unsteady: where(first, second, (one, another) => Buffer.from(one.buffer).equals(Buffer.from(another.buffer))),
};
process.stdout.write(`${JSON.stringify(comparison)}\n`);
process.exit(0);
