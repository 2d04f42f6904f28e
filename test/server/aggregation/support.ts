// Updates small enough to compute by hand, and one round of a strategy over them.

import fc from "fast-check";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { findStrategy, type StrategyOptions } from "../../../server/aggregation/find-strategy.ts";
import type { ScratchFolder } from "../../../server/aggregation/scratch/scratch-folder.ts";
import type { AggregationStrategy, UpdateWeight } from "../../../server/aggregation/types.ts";

/** One tensor "w" of these values. */
export function vector(...values: readonly number[]): ParameterSet {
  return createParameterSet([{ name: "w", shape: [values.length] }], Float32Array.from(values));
}

export const counts: UpdateWeight = { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 };

export function examples(exampleCount: number): UpdateWeight {
  return { exampleCount, datasetExampleCount: exampleCount, stepCount: 1 };
}

/** The strategy of that name for clients of plain SGD. */
export function strategyOf(
  name: string,
  settings: object = {},
  options: Partial<StrategyOptions> = {},
): AggregationStrategy {
  return findStrategy(name, { momentum: 0, settings, ...options });
}

export type WeighedUpdate = readonly [ParameterSet, UpdateWeight];

/** The new global model's values after one round of these updates. */
export async function aggregate(
  strategy: AggregationStrategy,
  global: ParameterSet,
  updates: readonly WeighedUpdate[],
  scratch?: ScratchFolder,
): Promise<Float32Array> {
  const aggregation = strategy.begin(global, scratch);
  for (const update of updates) await aggregation.add(...update);
  return (await aggregation.finish()).values;
}

/** As `aggregate`, of updates that count alike. */
export function aggregateAll(
  strategy: AggregationStrategy,
  global: ParameterSet,
  updates: readonly (readonly number[])[],
): Promise<Float32Array> {
  return aggregate(
    strategy,
    global,
    updates.map((values) => [vector(...values), counts] as const),
  );
}

/** A float32 from -100 to 100, never -0, which means and 0 do not tell apart. */
export const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }).map((value) => value + 0);
