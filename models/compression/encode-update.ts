// Makes the file of an update in fewer bytes than its parameters take. What is coded is its difference to the global model: an error
// relative to a difference is far smaller than one relative to a weight, and most of a difference is near 0.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { RandomSource } from "../../foundation/random-source.ts";
import { isMovingStatistic } from "../architecture.ts";
import { firstNonFinite, layoutDifference, type ParameterSet, type TensorLayout } from "../parameter-set.ts";
import { encodeTensorFile, type StoredTensor } from "../safetensors-file.ts";
import { decodeUpdate } from "./decode-update.ts";
import { encodeInt8 } from "./int8-codec.ts";
import { largestMagnitudes } from "./largest-magnitudes.ts";
import { encodeFloat16, encodeFloat32 } from "./number-coding.ts";
import { encodeSparse } from "./top-k-codec.ts";
import { encodingMetadata, keptCount, type UpdateEncoding } from "./update-encoding.ts";

export interface UpdateToEncode {
  readonly encoding: UpdateEncoding;
  /** The model that the client began with; the aggregator must have the same, bit for bit. */
  readonly global: ParameterSet;
  /** What the client has trained. */
  readonly update: ParameterSet;
  /**
   * What earlier updates of this client left out: one value a parameter, zeros at first. Without it nothing is remembered, which
   * top-k needs and the others hardly miss.
   */
  readonly feedback?: Float32Array | undefined;
  /** For int8: its rounding. */
  readonly random: RandomSource;
}

export interface EncodedUpdate {
  readonly bytes: Uint8Array;
  /**
   * What this update leaves out, for the next one; present if `feedback` was. To be kept in place of the old only when the
   * aggregator has accepted the update: of one that was refused or came late, the old feedback is still true.
   */
  readonly feedback?: Float32Array | undefined;
}

/**
 * A safetensors file that `decodeUpdate` reads; docs/compression.md has its tensors. The moving statistics of batch
 * normalisations travel as F32 in every encoding: they are few, no gradients, and a variance that is a little wrong can be below 0.
 *
 * Error feedback (Seide et al. 2014, "1-Bit Stochastic Gradient Descent"; Stich et al. 2018, "Sparsified SGD with Memory", arXiv
 * 1809.07599, algorithm 1): the feedback is added to the difference, and what decoding does not give back becomes the new one,
 * so that the decoded differences of all rounds and the last feedback sum to the raw differences.
 *
 * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter
 * @example
 * const { bytes } = encodeUpdate({ encoding: { kind: "float16" }, global, update, random });
 * decodeUpdate(bytes, global); // the update, each difference to 11 significant bits
 */
export function encodeUpdate({ encoding, global, update, feedback, random }: UpdateToEncode): EncodedUpdate {
  requireUsable(global, update, feedback);
  const slices = slicesOf(global, update, feedback);
  const coded = slices.filter(({ isExact }) => !isExact);
  const tensors = [
    ...encodeSlices(coded, encoding, random),
    ...slices.filter(({ isExact }) => isExact).map(encodeExact),
  ];
  // Wide types first, so that numpy and others can view every tensor in place.
  const aligned = tensors.sort((a, b) => alignments[b.type] - alignments[a.type]);
  const bytes = encodeTensorFile(aligned, encodingMetadata(encoding.kind));
  return feedback ? { bytes, feedback: leftOut(decodeUpdate(bytes, global), global, slices) } : { bytes };
}

const alignments = { F32: 4, F16: 2, I8: 1, U8: 1 } as const;

/** One tensor's part of the difference to be sent, feedback included. */
interface Slice {
  readonly layout: TensorLayout;
  /** Position of its first value in the flat storage. */
  readonly from: number;
  readonly differences: Float64Array;
  readonly isExact: boolean;
}

function slicesOf(global: ParameterSet, update: ParameterSet, feedback: Float32Array | undefined): readonly Slice[] {
  let to = 0;
  return global.tensors.map(({ name, shape, values }) => {
    const from = to;
    to += values.length;
    const isExact = isMovingStatistic(name);
    const differences = new Float64Array(values.length);
    for (let index = 0; index < values.length; index++) {
      const remembered = isExact ? 0 : (feedback?.[from + index] ?? 0);
      differences[index] = (update.values[from + index] as number) - (values[index] as number) + remembered;
    }
    return { layout: { name, shape }, from, differences, isExact };
  });
}

function encodeSlices(slices: readonly Slice[], encoding: UpdateEncoding, random: RandomSource): StoredTensor[] {
  switch (encoding.kind) {
    case "float16":
      return slices.map(({ layout, differences }) => ({ ...layout, type: "F16", bytes: encodeFloat16(differences) }));
    case "int8":
      return slices.flatMap(({ layout, differences }) => encodeInt8(layout, differences, random));
    case "top-k":
      return encodeLargest(slices, encoding);
  }
}

function encodeLargest(
  slices: readonly Slice[],
  { share, values }: Extract<UpdateEncoding, { readonly kind: "top-k" }>,
): StoredTensor[] {
  const all = new Float64Array(slices.reduce((sum, { differences }) => sum + differences.length, 0));
  let filled = 0;
  for (const { differences } of slices) {
    all.set(differences, filled);
    filled += differences.length;
  }
  const largest = largestMagnitudes(all, keptCount(share, all.length));
  let first = 0;
  let begin = 0;
  return slices.flatMap(({ layout, differences }) => {
    const end = begin + differences.length;
    let last = first;
    while (last < largest.length && (largest[last] as number) < end) last++;
    const indices = largest.subarray(first, last).map((index) => index - begin);
    [first, begin] = [last, end];
    return encodeSparse(layout, differences, indices, values);
  });
}

function encodeExact({ layout, differences }: Slice): StoredTensor {
  return { ...layout, type: "F32", bytes: encodeFloat32(differences) };
}

/** What the aggregator will not see of the differences, its rounding to Float32 included. */
function leftOut(decoded: ParameterSet, global: ParameterSet, slices: readonly Slice[]): Float32Array {
  const feedback = new Float32Array(global.values.length);
  for (const { from, differences, isExact } of slices) {
    if (isExact) continue;
    for (let index = 0; index < differences.length; index++) {
      const sent = (decoded.values[from + index] as number) - (global.values[from + index] as number);
      feedback[from + index] = (differences[index] as number) - sent;
    }
  }
  return feedback;
}

function requireUsable(global: ParameterSet, update: ParameterSet, feedback: Float32Array | undefined): void {
  const mismatch = layoutDifference(global.tensors, update.tensors);
  if (mismatch) {
    throw new ProbSelectError("models.shape-mismatch", `The update does not fit the global model: ${mismatch}.`);
  }
  if (feedback && feedback.length !== global.values.length) {
    throw new ProbSelectError(
      "models.shape-mismatch",
      `The feedback has ${feedback.length} values but the model ${global.values.length}. Begin with zeros for a new model.`,
    );
  }
  for (const [owner, values] of [
    ["global model", global.values],
    ["update", update.values],
    ["feedback", feedback],
  ] as const) {
    const bad = values ? firstNonFinite(values) : -1;
    if (bad < 0) continue;
    throw new ProbSelectError(
      "models.non-finite-parameter",
      `Parameter ${bad} of the ${owner} is ${values?.[bad]}. Lower the learning rate of the training.`,
    );
  }
}
