// The reliability diagram of left-out deadlines: what was said against what came true, one panel a form.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH } from "../../../report/figures/figure.ts";
import { colour } from "../../../report/figures/palette.ts";
import { binTrials, brierScore, type Trial, type TrialBin } from "../calibration.ts";
import { percent, truthNote } from "./marks.ts";

interface FormTrials {
  readonly label: string;
  readonly fill: string;
  readonly trials: readonly Trial[];
}

type Bin = TrialBin & { readonly form: string; readonly fill: string };

/** @param forms each a panel. */
export function reliabilityFigure(forms: readonly FormTrials[]): Figure {
  const bins = forms.flatMap(({ label, fill, trials }) =>
    binTrials(trials).map((bin): Bin => ({ ...bin, form: label, fill })),
  );
  const briers = forms.map(({ label, trials }) => `${label} ${brierScore(trials).toFixed(3)}`);
  return createFigure({
    name: "accuracy-reliability",
    title: "Probability of meeting a deadline, and how often it was met",
    note:
      `Each GPU left out in turn. Deadlines: 0.6 to 2 times the median time of the same training over all GPUs, ` +
      `${forms[0]?.trials.length ?? 0} in all, the same for both forms. Numbers count deadlines in a bin. ${truthNote}`,
    description: `Brier scores: ${briers.join(", ")}.`,
    legend: [
      { label: "bin of a tenth", colour: colour("ink"), shape: "circle" },
      { label: "95 % Wilson interval, as if deadlines were independent", colour: colour("ink"), shape: "line" },
      { label: "perfect", colour: colour("muted"), shape: "dashed" },
    ],
    plot: {
      width: FULL_WIDTH,
      height: 460,
      marginLeft: 52,
      marginRight: 16,
      marginTop: 34,
      marginBottom: 44,
      fx: { label: null, domain: forms.map(({ label }) => label), padding: 0.06 },
      x: { label: "said: probability of meeting the deadline (%)", domain: [0, 100], ticks: 6 },
      y: { label: "deadlines that were met (%)", domain: [0, 100], grid: true },
      marks: [
        Plot.frame({ stroke: colour("rule") }),
        Plot.line([0, 100], {
          x: (value: number) => value,
          y: (value: number) => value,
          stroke: colour("muted"),
          strokeDasharray: "4 3",
        }),
        Plot.ruleX(bins, {
          fx: "form",
          x: ({ meanProbability }: Bin) => percent(meanProbability),
          y1: ({ interval }: Bin) => percent(interval[0]),
          y2: ({ interval }: Bin) => percent(interval[1]),
          stroke: "fill",
          strokeWidth: 2,
        }),
        Plot.dot(bins, {
          fx: "form",
          x: ({ meanProbability }: Bin) => percent(meanProbability),
          y: ({ onTimeShare }: Bin) => percent(onTimeShare),
          fill: "fill",
          r: 4.5,
        }),
        countText(bins.filter(isBelow), ({ interval }) => interval[0], 11),
        countText(
          bins.filter((bin) => !isBelow(bin)),
          ({ interval }) => interval[1],
          -9,
        ),
      ],
    },
  });
}

/** On the side of the diagonal on which it is. */
function isBelow({ onTimeShare, meanProbability }: Bin): boolean {
  return onTimeShare < meanProbability;
}

function countText(bins: readonly Bin[], y: (bin: Bin) => number, dy: number) {
  return Plot.text(bins, {
    fx: "form",
    x: ({ meanProbability }: Bin) => percent(meanProbability),
    y: (bin: Bin) => percent(y(bin)),
    text: ({ count }: Bin) => String(count),
    dy,
    fill: colour("ink"),
    stroke: colour("paper"),
    strokeWidth: 3,
    fontSize: 11,
  });
}
