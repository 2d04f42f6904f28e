// Finds the moments of a round from inside the aggregator's process, without a hook in the aggregator: from its events, from the
// strategy that it is given, and from the file system that it writes to.

import fileSystem from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { AggregationStrategy } from "../../../server/aggregation/types.ts";
import type { AggregatorEvent } from "../../../server/journal/events.ts";
import { type Phase, STRUCK_ROUND } from "../fault.ts";

/** Told of a phase; what it returns is waited for where that is possible. */
export type OnPhase = (phase: Phase) => Promise<unknown> | undefined;

/** The phase that an event is the beginning of, in the struck round. */
export function phaseOf(event: AggregatorEvent, registeredCount: number): Phase | undefined {
  if (event.type === "client-registered") return registeredCount === 2 ? "registration" : undefined;
  if (event.type !== "client-progress" || event.round !== STRUCK_ROUND) return undefined;
  if (event.phase === "downloading") return "dispatch";
  if (event.phase === "training") return event.fraction > 0 ? "training" : undefined;
  if (event.phase === "uploading") return event.fraction > 0 && event.fraction < 1 ? "upload" : undefined;
  return undefined;
}

/** Tells when the second update of the struck round is added. */
export function watchAggregation(strategy: AggregationStrategy, onPhase: OnPhase): AggregationStrategy {
  let round = 0;
  return {
    ...strategy,
    begin: (...given) => {
      const aggregation = strategy.begin(...given);
      round++;
      let added = 0;
      return {
        add: async (...update) => {
          if (round === STRUCK_ROUND && ++added === 2) await onPhase("aggregation");
          return aggregation.add(...update);
        },
        finish: () => aggregation.finish(),
      };
    },
  };
}

/**
 * Tells when the struck round's checkpoint has been written beside its place and is about to be renamed.
 *
 * @param onFirst told once there is a checkpoint to come back to.
 */
export function watchCheckpoints(onPhase: OnPhase, onFirst: () => void): void {
  const { rename } = fileSystem;
  fileSystem.rename = async (from, to) => {
    if (String(to).endsWith(`round-${STRUCK_ROUND}.json`)) await onPhase("checkpoint");
    await rename(from, to);
    if (String(to).endsWith("round-0.json")) onFirst();
  };
  syncBuiltinESMExports();
}
