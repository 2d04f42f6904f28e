// The reliability diagram: the probability that was said against the share that came true.

import * as Plot from "@observablehq/plot";
import { formatShare } from "../../../server/reporting/format-quantities.ts";
import { type Reliability, type ReliabilityBin, reliability } from "../reliability.ts";
import type { RunData } from "../run-data.ts";
import { createFigure, type Figure, HALF_WIDTH } from "./figure.ts";
import { colour } from "./palette.ts";

/** Null if no selected client ended on time or late. */
export function reliabilityFigure(run: RunData): Figure | null {
  const result = reliability(run.rounds.flatMap(({ clients }) => clients));
  if (result.bins.length === 0) return null;
  const domain = axisDomain(result.bins);
  const percent = (pick: (bin: ReliabilityBin) => number) => (bin: ReliabilityBin) => pick(bin) * 100;
  return createFigure({
    name: "reliability",
    title: "Reliability of the forecasts",
    note: "By bins of the probability said; on the diagonal it came true as often.",
    description: describeReliability(result),
    legend: [
      { label: "bin, with the number of forecasts", colour: colour("completed"), shape: "circle" },
      { label: "95% interval", colour: colour("completed"), shape: "line" },
      { label: "perfect", colour: colour("muted"), shape: "dashed" },
    ],
    plot: {
      width: HALF_WIDTH,
      height: 250,
      marginTop: 32,
      marginLeft: 46,
      marginRight: 26,
      marginBottom: 40,
      x: { label: "said: probability of meeting the deadline (%)", domain },
      y: { label: "came true (%)", domain: [lowestShare(result.bins), 100], grid: true },
      marks: [
        Plot.line(
          domain.map((value) => [value, value]),
          { stroke: colour("muted"), strokeDasharray: "4 3" },
        ),
        Plot.ruleX(result.bins, {
          x: percent(({ meanProbability }) => meanProbability),
          y1: percent(({ interval }) => interval[0]),
          y2: percent(({ interval }) => interval[1]),
          stroke: colour("completed"),
          strokeWidth: 1.5,
        }),
        Plot.dot(result.bins, {
          x: percent(({ meanProbability }) => meanProbability),
          y: percent(({ onTimeShare }) => onTimeShare),
          r: 5,
          fill: colour("completed"),
          title: (bin: ReliabilityBin) =>
            `said ${formatShare(bin.from)} to ${formatShare(bin.to)}: ${bin.onTimeCount} of ${bin.count} on time`,
        }),
        Plot.text(result.bins, {
          x: percent(({ meanProbability }) => meanProbability),
          y: percent(({ interval }) => interval[0]),
          text: ({ count }: ReliabilityBin) => String(count),
          dy: 10,
          fill: colour("ink"),
          fontSize: 11,
        }),
      ],
    },
  });
}

/** Selected clients have high probabilities, so the axis starts where the forecasts do. */
function axisDomain(bins: readonly ReliabilityBin[]): [number, number] {
  const lowest = Math.min(...bins.map(({ meanProbability }) => meanProbability));
  return [Math.max(0, Math.floor(lowest * 10 - 0.5) * 10), 100];
}

function lowestShare(bins: readonly ReliabilityBin[]): number {
  const lowest = Math.min(...bins.map(({ interval, meanProbability }) => Math.min(interval[0], meanProbability)));
  return Math.max(0, Math.floor(lowest * 10 - 0.5) * 10);
}

/** One sentence with the two means and the Brier score. */
export function describeReliability(result: Reliability): string {
  const unscored =
    result.unscoredCount === 0
      ? ""
      : ` ${result.unscoredCount} that failed, vanished or refused are not scored: a forecast of time says nothing about them.`;
  const surplus =
    result.surplusCount === 0
      ? ""
      : ` ${result.surplusCount} surplus ones are not scored either: they were cut off before the deadline. They were the ` +
        "slower ones, so that the share that came true is too high.";
  return (
    `Of ${result.scoredCount} forecasts, the mean probability said was ${formatShare(result.meanProbability)} and ` +
    `${formatShare(result.onTimeShare)} came true; Brier score ${result.brierScore?.toFixed(3)}.${unscored}${surplus}`
  );
}
