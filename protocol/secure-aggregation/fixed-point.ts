// Updates as whole numbers modulo 2^32, so that their sum is exact whatever the order and whatever masks were in it. A client's
// number is weight x round(update / step); the weights are summed behind the parameters. The step is chosen such that no sum of the
// cohort overflows, as Bonawitz et al. 2017 choose their modulus.

import { ProbSelectError } from "../../foundation/errors.ts";
import { createParameterSet, firstNonFinite, layoutDifference, type ParameterSet } from "../../models/parameter-set.ts";
import { type Parsed, refuse } from "../parse-message.ts";
import type { FixedPointCoding } from "./messages.ts";

/** Fewer levels to each side of 0 are no update worth summing: that of a signed byte. */
const MINIMUM_LEVELS = 127;

/** L: a value of updateRange becomes so many steps. maximumClients x maximumWeight x L < 2^31. */
export function levelsOf({ maximumClients, maximumWeight }: FixedPointCoding): number {
  return Math.floor((2 ** 31 - 1) / (maximumClients * maximumWeight));
}

/** The size of one step, in the unit of the parameters; a decoded mean is off by half of it at most. */
export function stepOf(coding: FixedPointCoding): number {
  return coding.updateRange / levelsOf(coding);
}

/** What is wrong with a coding, as a refusal (secure-aggregation.invalid-coding). @returns the levels otherwise. */
export function checkCoding(coding: FixedPointCoding): Parsed<number> {
  const levels = levelsOf(coding);
  if (levels >= MINIMUM_LEVELS) return { accepted: true, value: levels };
  return refuse(
    "secure-aggregation.invalid-coding",
    `${coding.maximumClients} clients of weight ${coding.maximumWeight} leave ${levels} levels for an update in a sum of 32 ` +
      `bits; at least ${MINIMUM_LEVELS} are needed. Lower maximumWeight.`,
  );
}

export interface TrainedUpdate {
  readonly globalParameters: ParameterSet;
  /** After local training, with the same layout. */
  readonly parameters: ParameterSet;
  readonly exampleCount: number;
}

/** An update as it goes into the sum. */
export interface EncodedUpdate {
  /** One word a parameter and the weight at the end; negative numbers as their complement to 2^32. */
  readonly vector: Uint32Array;
  /** Parameters whose update was outside of the range and lies now on its edge. */
  readonly clippedCount: number;
}

/**
 * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter.
 * @example range 1, L = 1000, weight 3, update 0.25: word 3 * 250 = 750
 */
export function encodeUpdate(update: TrainedUpdate, coding: FixedPointCoding): EncodedUpdate {
  requireUsable(update);
  const { globalParameters, parameters, exampleCount } = update;
  const weight = Math.min(exampleCount, coding.maximumWeight);
  const levels = levelsOf(coding);
  const scale = levels / coding.updateRange;
  const { length } = parameters.values;
  const vector = new Uint32Array(length + 1);
  let clippedCount = 0;
  for (let index = 0; index < length; index++) {
    const difference = (parameters.values[index] as number) - (globalParameters.values[index] as number);
    const rounded = Math.round(difference * scale);
    const isOutside = rounded > levels || rounded < -levels;
    if (isOutside) clippedCount++;
    vector[index] = weight * (isOutside ? Math.sign(rounded) * levels : rounded);
  }
  vector[length] = weight;
  return { vector, clippedCount };
}

function requireUsable({ globalParameters, parameters, exampleCount }: TrainedUpdate): void {
  const difference = layoutDifference(globalParameters.tensors, parameters.tensors);
  if (difference) {
    throw new ProbSelectError("models.shape-mismatch", `An update does not fit the global model: ${difference}.`);
  }
  const bad = firstNonFinite(parameters.values);
  if (bad >= 0) {
    throw new ProbSelectError(
      "models.non-finite-parameter",
      `Parameter ${bad} of an update is ${parameters.values[bad]}. Lower the learning rate of the training.`,
    );
  }
  if (!Number.isSafeInteger(exampleCount) || exampleCount < 1) {
    throw new ProbSelectError(
      "secure-aggregation.invalid-coding",
      `An update has the example count ${exampleCount}; it must be a whole number above 0.`,
    );
  }
}

export interface DecodedMean {
  readonly parameters: ParameterSet;
  /** Sum of the clients' weights. */
  readonly weight: number;
}

/**
 * The weighted mean of the updates in a sum, on top of the global model.
 *
 * @param contributors how many clients' vectors are in it.
 * @returns code secure-aggregation.implausible-sum if no honest clients can have made it. It names nobody: under masks nothing can.
 * @example range 1, L = 1000, sum 750 + 250 of weight 3 + 1: 1000 / 4 steps of 0.001 are 0.25
 */
export function decodeMean(
  sum: Uint32Array,
  globalParameters: ParameterSet,
  contributors: number,
  coding: FixedPointCoding,
): Parsed<DecodedMean> {
  const { length } = globalParameters.values;
  const weight = sum[length] as number;
  if (weight < contributors || weight > contributors * coding.maximumWeight) {
    return implausible(`the weight of ${contributors} clients is ${weight}`);
  }
  const largest = weight * levelsOf(coding);
  const step = stepOf(coding);
  const values = new Float32Array(length);
  for (let index = 0; index < length; index++) {
    const steps = (sum[index] as number) | 0;
    if (Math.abs(steps) > largest) return implausible(`parameter ${index} is ${steps}, at most ${largest} is possible`);
    values[index] = (globalParameters.values[index] as number) + (steps / weight) * step;
  }
  return { accepted: true, value: { parameters: createParameterSet(globalParameters.tensors, values), weight } };
}

function implausible(what: string) {
  return refuse(
    "secure-aggregation.implausible-sum",
    `The sum of the updates is none that clients can have made: ${what}. A client has sent another vector than the protocol's; ` +
      "the masks hide which.",
  );
}
