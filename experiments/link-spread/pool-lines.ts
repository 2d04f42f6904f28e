// From many measured lines to one spread for their kind of network, and how well it would have served a line that it has not
// seen: each line (both directions of a user together) is left out in turn.

import { mean, median, rootMeanSquare, sampleStandardDeviation } from "simple-statistics";
import type { SpreadCalibration } from "../../network/link-spread.ts";
import { normalQuantile } from "../../selection/probability/normal-distribution.ts";
import type { MeasuredLine } from "./measured-line.ts";

export interface PooledSpread {
  /** Root mean square of the lines' sigmas: each line weighs the same, however long it was measured. */
  readonly lineLogSigma: number;
  /** Standard deviation of ln of the lines' median rates. */
  readonly betweenLogSigma: number;
  /** Both together: sqrt(line^2 + between^2). */
  readonly kindLogSigma: number;
  /** Median of the lines' robust sigmas. */
  readonly robustLineLogSigma: number;
}

/** @param lines at least two in each stratum. */
export function poolLines(lines: readonly MeasuredLine[]): PooledSpread {
  const lineLogSigma = rootMeanSquare(lines.map(({ logSigma }) => logSigma));
  const strata = [...new Set(lines.map(({ stratum }) => stratum))];
  const betweenLogSigma = rootMeanSquare(
    strata.map((stratum) => sampleStandardDeviation(logMedianRates(lines, stratum))),
  );
  return {
    lineLogSigma,
    betweenLogSigma,
    kindLogSigma: Math.hypot(lineLogSigma, betweenLogSigma),
    robustLineLogSigma: median(lines.map(({ robustLogSigma }) => robustLogSigma)),
  };
}

/**
 * The calibration of each line under the spread of the others, averaged over the lines.
 *
 * @param known "line": the line's own median rate is stated; "kind": the median of the others' median rates is.
 * @param lines of at least three groups.
 */
export function leaveOneOutCalibration(lines: readonly MeasuredLine[], known: "line" | "kind"): SpreadCalibration {
  const each = lines.map((line) => {
    const others = lines.filter(({ group }) => group !== line.group);
    const spread = poolLines(others);
    if (known === "line") return calibrationOf(line, spread.lineLogSigma, 0);
    const statedLogRate = median(logMedianRates(others, line.stratum));
    return calibrationOf(line, spread.kindLogSigma, statedLogRate - line.logMedianRate);
  });
  const average = (key: keyof SpreadCalibration) => mean(each.map((calibration) => calibration[key]));
  return {
    inside50: average("inside50"),
    inside80: average("inside80"),
    inside95: average("inside95"),
    keptAt80: average("keptAt80"),
    keptAt90: average("keptAt90"),
    keptAt95: average("keptAt95"),
  };
}

/** @param shift ln of the stated rate over the line's own: by so much its transfers take longer than stated. */
function calibrationOf({ shareWithin }: MeasuredLine, logSigma: number, shift: number): SpreadCalibration {
  const kept = (probability: number) => shareWithin(normalQuantile(probability) * logSigma - shift);
  const inside = (share: number) => kept((1 + share) / 2) - kept((1 - share) / 2);
  return {
    inside50: inside(0.5),
    inside80: inside(0.8),
    inside95: inside(0.95),
    keptAt80: kept(0.8),
    keptAt90: kept(0.9),
    keptAt95: kept(0.95),
  };
}

function logMedianRates(lines: readonly MeasuredLine[], stratum: MeasuredLine["stratum"]): number[] {
  return lines.filter((line) => line.stratum === stratum).map(({ logMedianRate }) => logMedianRate);
}
