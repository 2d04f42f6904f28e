// Limits what one client can do to the global model, under any strategy: how far its update may lie from the model that it began
// from, and how much its examples may weigh. A bound of the norm is also what differential privacy begins with: McMahan et al. 2018,
// "Learning Differentially Private Recurrent Language Models", arXiv 1710.06963, algorithm 1 ("flat clipping").

import { z } from "zod";
import { arithmetic } from "../../models/arithmetic/arithmetic.ts";
import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import type { AggregationStrategy, UpdateWeight } from "./types.ts";
import { requireUsableUpdate } from "./usable-update.ts";

/** Fields of a configuration's aggregation. */
export const influenceLimits = {
  /** S: the largest L2 norm of an update's difference. Absent: any. */
  clippingNorm: z.number().positive().max(1e30).optional(),
  /** Example counts above it weigh as much as it. Absent: any. */
  maximumExampleCount: z.int().min(1).max(1e9).optional(),
};

export type InfluenceLimits = Readonly<z.infer<z.ZodObject<typeof influenceLimits>>>;

/**
 * The strategy, given updates that keep to the limits; its name and its memory stay its own. Moving statistics are part of the
 * difference. Without a limit it is the strategy itself.
 *
 * @example
 * const aggregation = limitInfluence(fedAvg, { clippingNorm: 1 }).begin(globalParameters); // [0, 0]
 * aggregation.add(update, { exampleCount: 9, datasetExampleCount: 9, stepCount: 1 }); // [3, 4], whose norm is 5
 * aggregation.finish(); // [0.6, 0.8]
 */
export function limitInfluence(strategy: AggregationStrategy, limits: InfluenceLimits): AggregationStrategy {
  const { clippingNorm, maximumExampleCount } = limits;
  if (clippingNorm === undefined && maximumExampleCount === undefined) return strategy;
  return {
    ...strategy,
    begin(globalParameters, scratch) {
      const aggregation = strategy.begin(globalParameters, scratch);
      return {
        add(parameters, weight) {
          requireUsableUpdate(globalParameters, parameters, weight);
          const base = weight.base ?? globalParameters;
          const clipped = clippingNorm === undefined ? parameters : clipDifference(parameters, base, clippingNorm);
          return aggregation.add(clipped, cutCounts(weight, maximumExampleCount));
        },
        finish: () => aggregation.finish(),
      };
    },
  };
}

/** base + min(1, S / ||w - base||) (w - base); the set itself if it is near enough. */
export function clipDifference(parameters: ParameterSet, base: ParameterSet, clippingNorm: number): ParameterSet {
  const factor = clippingNorm / Math.sqrt(arithmetic().squaredDistance(parameters.values, base.values));
  if (!(factor < 1)) return parameters;
  const values = base.values.map((start, index) => start + factor * ((parameters.values[index] as number) - start));
  return createParameterSet(parameters.tensors, values);
}

function cutCounts(weight: UpdateWeight, most = Number.POSITIVE_INFINITY): UpdateWeight {
  const exampleCount = Math.min(weight.exampleCount, most);
  const datasetExampleCount = Math.min(weight.datasetExampleCount, most);
  return { ...weight, exampleCount, datasetExampleCount };
}
