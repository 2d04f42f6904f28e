// The aggregation strategies by name. A new one is one file and one entry here.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { AggregationStrategy } from "../rounds/types.ts";
import { fedAvg } from "./fedavg.ts";

const strategies: Readonly<Record<string, AggregationStrategy>> = { [fedAvg.name]: fedAvg };

/**
 * The strategy of that name.
 *
 * @throws {ProbSelectError} server.invalid-config, with the known names.
 */
export function findStrategy(name: string): AggregationStrategy {
  const found = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (found) return found;
  throw new ProbSelectError(
    "server.invalid-config",
    `aggregation.strategy: no strategy is named "${name}". Known strategies: ${Object.keys(strategies).join(", ")}.`,
  );
}
