// Strategies that take the mean of the updates for a gradient and let an optimiser of the server step along it.
// Reddi et al. 2021, "Adaptive Federated Optimization", arXiv 2003.00295, algorithm 1 (FedOpt).

import { createParameterSet } from "../../models/parameter-set.ts";
import { fedAvg } from "./fedavg.ts";
import { spansOf } from "./spans.ts";
import type { VectorMemory, Vectors } from "./strategy-memory.ts";
import type { AggregationStrategy } from "./types.ts";
import { requireFiniteModel } from "./usable-update.ts";

/** One step over the parameters `from` to before `to`; all arrays have the length of the model. */
export interface ServerStep<Name extends string> {
  readonly from: number;
  readonly to: number;
  readonly global: Float32Array;
  /** Of the updates, by their examples. */
  readonly mean: Float32Array;
  /** Read-only. */
  readonly previous: Vectors<Name>;
  /** Starts as a copy of `previous`. */
  readonly next: Vectors<Name>;
  /** The new global model; starts as a copy of `mean`. */
  readonly result: Float32Array;
}

/**
 * Moving statistics of a batch normalisation are no sums of gradients: they are averaged, and their places in the vectors stay
 * as they were.
 */
export function createServerStepStrategy<Name extends string>(options: {
  readonly name: string;
  readonly memory: VectorMemory<Name>;
  readonly step: (step: ServerStep<Name>) => void;
}): AggregationStrategy {
  const { name, memory, step } = options;
  return {
    name,
    memory,
    begin(globalParameters) {
      const global = globalParameters.values;
      const previous = memory.vectorsFor(global.length);
      const aggregation = fedAvg.begin(globalParameters);
      return {
        add: (parameters, weight) => aggregation.add(parameters, weight),
        finish() {
          const mean = aggregation.finish().values;
          const result = Float32Array.from(mean);
          const next = copyOf(previous);
          for (const { from, to, isMoving } of spansOf(globalParameters)) {
            if (!isMoving) step({ from, to, global, mean, previous, next, result });
          }
          const why = "the server's step overflows. Lower serverLearningRate, or the learning rate of the training.";
          requireFiniteModel(result, why);
          for (const vector of Object.values<Float32Array>(next)) requireFiniteModel(vector, why);
          memory.keep(next);
          return createParameterSet(globalParameters.tensors, result);
        },
      };
    },
  };
}

function copyOf<Name extends string>(vectors: Vectors<Name>): Vectors<Name> {
  const copies = Object.entries<Float32Array>(vectors).map(([name, values]) => [name, Float32Array.from(values)]);
  return Object.fromEntries(copies) as Vectors<Name>;
}
