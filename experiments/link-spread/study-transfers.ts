// What the traces say beyond the shipped values: how the spread changes with the length of a transfer, and which rate should
// be stated for the median of X to be 1.

import { harmonicMean, logAverage, mean, median } from "simple-statistics";
import type { SpreadCalibration } from "../../network/link-spread.ts";
import { lineOfTrace } from "./measured-line.ts";
import { leaveOneOutCalibration, type PooledSpread, poolLines } from "./pool-lines.ts";
import { logTransferFactors, type RateTrace } from "./rate-trace.ts";

/** Candidates for the rate that a client should state. */
export const statedRates = {
  median: (rates: readonly number[]) => median([...rates]),
  mean: (rates: readonly number[]) => mean([...rates]),
  geometricMean: (rates: readonly number[]) => logAverage([...rates]),
  harmonicMean: (rates: readonly number[]) => harmonicMean([...rates]),
} as const satisfies Record<string, (rates: readonly number[]) => number>;

export type StatedRate = keyof typeof statedRates;

export interface TransferStudy extends PooledSpread {
  readonly nominalSeconds: number;
  readonly lineCalibration: SpreadCalibration;
  readonly kindCalibration: SpreadCalibration;
  /** Median of ln X, averaged over the traces, for each rate that could be stated: 0 is right, above 0 promises too much. */
  readonly medianLogFactor: Readonly<Record<StatedRate, number>>;
}

/** @param traces at least three, without a rate of 0. */
export function studyTransfers(traces: readonly RateTrace[], nominalSeconds: number): TransferStudy {
  const lines = traces.map((trace) => lineOfTrace(trace, nominalSeconds));
  const bias = (rate: StatedRate) =>
    mean(
      traces.map((trace) =>
        median([...logTransferFactors(trace, nominalSeconds, statedRates[rate](trace.bitsPerSecond))]),
      ),
    );
  return {
    nominalSeconds,
    ...poolLines(lines),
    lineCalibration: leaveOneOutCalibration(lines, "line"),
    kindCalibration: leaveOneOutCalibration(lines, "kind"),
    medianLogFactor: {
      median: bias("median"),
      mean: bias("mean"),
      geometricMean: bias("geometricMean"),
      harmonicMean: bias("harmonicMean"),
    },
  };
}
