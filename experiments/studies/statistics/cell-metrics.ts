// A simulated run as the numbers that studies compare, each defined where its group is: a flat record, so that it can be a line of
// the results as it is. Its names are explained to readers by report/metric-definitions.ts.

import type { CellResult } from "../../simulation/cell.ts";
import type { RoundRecord } from "../../simulation/types.ts";
import { type ForecastMetrics, forecastMetrics } from "./forecast-metrics.ts";
import { meanOf, type ServiceMetrics, serviceMetrics } from "./service-metrics.ts";
import { type AbandonedWasteMetrics, abandonedWasteMetrics, type WasteMetrics, wasteMetrics } from "./waste-metrics.ts";

/** How fast a run was, in virtual time. */
export interface SpeedMetrics {
  readonly meanRoundSeconds: number | null;
  /** From the start of the first round to the end of the last, pauses included. */
  readonly totalSeconds: number;
  /** Examples in aggregated updates / totalSeconds; null: no time passed. */
  readonly usefulExamplesPerSecond: number | null;
}

/** What a policy said of its rounds before they ran. */
export interface PromiseMetrics {
  /** Sum of the selected clients' p_i / sum of selected: what `sloComplianceMicro` was to be. */
  readonly expectedCompliance: number | null;
  /** Mean of P(N >= k) over the rounds for which the policy stated it; null: it never did. */
  readonly meanStatedRoundProbability: number | null;
  /** Share with at least k completed among those rounds: what the mean was to be. */
  readonly keptRoundShare: number | null;
}

/** Of aggregated updates by client, over the whole fleet. */
export interface FairnessMetrics {
  /** Jain's index, 1/n .. 1; null: nobody ever took part. */
  readonly jainIndex: number | null;
  readonly giniCoefficient: number | null;
  /** Share of clients whose update was ever aggregated. */
  readonly coverage: number;
}

export type CellMetrics = ServiceMetrics &
  WasteMetrics &
  AbandonedWasteMetrics &
  SpeedMetrics &
  PromiseMetrics &
  FairnessMetrics &
  ForecastMetrics;

export type MetricName = keyof CellMetrics;

/** What counts where a run has no value: one that asked nobody kept no promise. Of what is not here such a run says nothing. */
const valuesOfEmptyRuns: Partial<Readonly<Record<MetricName, number>>> = {
  sloComplianceMicro: 0,
  sloComplianceOfAwaited: 0,
  sloComplianceMacro: 0,
};

/**
 * The metric as means over runs take it; null where the run has none and says nothing of it, e.g. of the share of a waste of nothing.
 *
 * @example metricOf(metricsOfARunThatAskedNobody, "sloComplianceMicro") // 0
 */
export function metricOf(metrics: CellMetrics, name: MetricName): number | null {
  return metrics[name] ?? valuesOfEmptyRuns[name] ?? null;
}

/** @param requiredUpdates k >= 1: a round with fewer updates in time missed its objective. */
export function cellMetrics(
  { rounds, participation, reliability }: Pick<CellResult, "rounds" | "participation" | "reliability">,
  requiredUpdates: number,
): CellMetrics {
  const { jainIndex, giniCoefficient, coverage } = participation;
  return {
    ...serviceMetrics(rounds, requiredUpdates),
    ...wasteMetrics(rounds),
    ...abandonedWasteMetrics(rounds, requiredUpdates),
    ...speedMetrics(rounds),
    ...promiseMetrics(rounds, requiredUpdates),
    ...{ jainIndex, giniCoefficient, coverage },
    ...forecastMetrics(reliability),
  };
}

function speedMetrics(rounds: readonly RoundRecord[]): SpeedMetrics {
  const last = rounds.at(-1);
  const totalSeconds = last === undefined ? 0 : last.startedSeconds + last.seconds;
  const usefulExamples = rounds.reduce((sum, round) => sum + round.usefulExamples, 0);
  return {
    meanRoundSeconds: meanOf(rounds, ({ seconds }) => seconds),
    totalSeconds,
    usefulExamplesPerSecond: totalSeconds === 0 ? null : usefulExamples / totalSeconds,
  };
}

function promiseMetrics(rounds: readonly RoundRecord[], requiredUpdates: number): PromiseMetrics {
  const selected = rounds.reduce((sum, { selectedCount }) => sum + selectedCount, 0);
  const expected = rounds.reduce((sum, { expectedOnTimeCount }) => sum + expectedOnTimeCount, 0);
  const promised = rounds.flatMap(({ statedRoundProbability: stated, completedCount }) =>
    stated === null ? [] : [{ stated, kept: completedCount >= requiredUpdates ? 1 : 0 }],
  );
  return {
    expectedCompliance: selected === 0 ? null : expected / selected,
    meanStatedRoundProbability: meanOf(promised, ({ stated }) => stated),
    keptRoundShare: meanOf(promised, ({ kept }) => kept),
  };
}
