// The aggregation strategies by name. A new one is one file and one entry here.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { AggregationStrategy } from "../rounds/types.ts";
import { fedAvg } from "./fedavg.ts";
import { createFedNova } from "./fednova.ts";

/** What a strategy may have to know of the run. */
export interface StrategyOptions {
  /** Of the clients' optimiser, in [0, 1); 0 is plain SGD. */
  readonly momentum: number;
}

const strategies: Readonly<Record<string, (options: StrategyOptions) => AggregationStrategy>> = {
  fedavg: () => fedAvg,
  fednova: createFedNova,
};

/**
 * The strategy of that name.
 *
 * @throws {ProbSelectError} server.invalid-config, with the known names.
 */
export function findStrategy(name: string, options: StrategyOptions): AggregationStrategy {
  const create = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (create) return create(options);
  throw new ProbSelectError(
    "server.invalid-config",
    `aggregation.strategy: no strategy is named "${name}". Known strategies: ${Object.keys(strategies).join(", ")}.`,
  );
}
