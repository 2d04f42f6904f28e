// What of the devices' work came to nothing, in the four units of a spending, and per unit of what was gained: a share alone can be
// lowered by adding easy clients that nobody needs.

import type { RoundRecord, Spending } from "../../simulation/types.ts";
import { meanOf } from "./service-metrics.ts";

/** Wasted is all work of selected clients whose update was not aggregated, what the round's end cut off included. */
export interface WasteMetrics {
  /** Wasted / (useful + wasted) over all rounds, 0..1; null: nothing was spent. */
  readonly wasteShareDeviceSeconds: number | null;
  readonly wasteShareFlop: number | null;
  readonly wasteShareJoules: number | null;
  readonly wasteShareBytes: number | null;
  /** Null: there was no round. */
  readonly wastedDeviceSecondsPerRound: number | null;
  /** A completed client's update; null: there was none. */
  readonly wastedDeviceSecondsPerUpdate: number | null;
  /** An example in an aggregated update; null: there was none. */
  readonly wastedDeviceSecondsPerUsefulExample: number | null;
}

/** The same numbers if rounds that miss k are abandoned: see `abandonMissed`. */
export type AbandonedWasteMetrics = {
  readonly [Name in keyof WasteMetrics as `${Name}IfAbandoned`]: WasteMetrics[Name];
};

/** @example wasteMetrics([{ ...round, useful: spent(30), wasted: spent(10) }]).wasteShareDeviceSeconds // 0.25 */
export function wasteMetrics(rounds: readonly RoundRecord[]): WasteMetrics {
  const total = (pick: (round: RoundRecord) => number) => rounds.reduce((sum, round) => sum + pick(round), 0);
  const share = (unit: keyof Spending) => {
    const wasted = total((round) => round.wasted[unit]);
    return ratio(wasted, wasted + total((round) => round.useful[unit]));
  };
  const wastedSeconds = total(({ wasted }) => wasted.deviceSeconds);
  return {
    wasteShareDeviceSeconds: share("deviceSeconds"),
    wasteShareFlop: share("flop"),
    wasteShareJoules: share("joules"),
    wasteShareBytes: share("bytes"),
    wastedDeviceSecondsPerRound: meanOf(rounds, ({ wasted }) => wasted.deviceSeconds),
    wastedDeviceSecondsPerUpdate: ratio(
      wastedSeconds,
      total(({ completedCount }) => completedCount),
    ),
    wastedDeviceSecondsPerUsefulExample: ratio(
      wastedSeconds,
      total(({ usefulExamples }) => usefulExamples),
    ),
  };
}

/** @param requiredUpdates k >= 1. */
export function abandonedWasteMetrics(rounds: readonly RoundRecord[], requiredUpdates: number): AbandonedWasteMetrics {
  const waste = wasteMetrics(rounds.map((round) => abandonMissed(round, requiredUpdates)));
  return {
    wasteShareDeviceSecondsIfAbandoned: waste.wasteShareDeviceSeconds,
    wasteShareFlopIfAbandoned: waste.wasteShareFlop,
    wasteShareJoulesIfAbandoned: waste.wasteShareJoules,
    wasteShareBytesIfAbandoned: waste.wasteShareBytes,
    wastedDeviceSecondsPerRoundIfAbandoned: waste.wastedDeviceSecondsPerRound,
    wastedDeviceSecondsPerUpdateIfAbandoned: waste.wastedDeviceSecondsPerUpdate,
    wastedDeviceSecondsPerUsefulExampleIfAbandoned: waste.wastedDeviceSecondsPerUsefulExample,
  };
}

/**
 * The round as an aggregator would have it that throws a round with fewer than k updates away (Bonawitz et al. 2019, "Towards
 * Federated Learning at Scale: System Design", section 2.2): nothing is aggregated, and all of its work is wasted.
 */
export function abandonMissed(round: RoundRecord, requiredUpdates: number): RoundRecord {
  if (round.completedCount >= requiredUpdates) return round;
  const { useful, wasted } = round;
  return {
    ...round,
    completedCount: 0,
    usefulExamples: 0,
    useful: { deviceSeconds: 0, flop: 0, joules: 0, bytes: 0 },
    wasted: {
      deviceSeconds: useful.deviceSeconds + wasted.deviceSeconds,
      flop: useful.flop + wasted.flop,
      joules: useful.joules + wasted.joules,
      bytes: useful.bytes + wasted.bytes,
    },
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
