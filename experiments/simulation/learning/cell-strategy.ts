// The aggregation strategy of a cell: what its scenario says of it, or what its policy needs.

import { policyAdaptsWork } from "../../../selection/policies/find-policy.ts";
import { findStrategy } from "../../../server/aggregation/find-strategy.ts";
import type { AggregationStrategy } from "../../../server/aggregation/types.ts";
import type { PolicyChoice, World } from "../scenario.ts";

type Learning = NonNullable<World["learning"]>;

/** As an aggregator's configuration has it. Unequal work needs normalised steps, or those who do more pull harder. */
export function aggregationOf(learning: Learning, { name, settings }: Pick<PolicyChoice, "name" | "settings">) {
  const { strategy, strategySettings, clippingNorm, maximumExampleCount } = learning;
  return {
    strategy: strategy ?? (policyAdaptsWork(name, settings) ? "fednova" : "fedavg"),
    settings: strategySettings ?? {},
    ...{ clippingNorm, maximumExampleCount },
  };
}

/**
 * A new one: it may keep state between rounds.
 *
 * @throws {ProbSelectError} server.invalid-config, naming the setting that is wrong.
 */
export function strategyOf(
  learning: Learning,
  policy: Pick<PolicyChoice, "name" | "settings">,
  { momentum }: { readonly momentum: number },
): AggregationStrategy {
  const { strategy, ...options } = aggregationOf(learning, policy);
  return findStrategy(strategy, { ...options, momentum });
}
