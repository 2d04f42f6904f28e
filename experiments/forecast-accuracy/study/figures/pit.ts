// Where in its predicted distribution each measured time fell: flat if the distributions are right.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH } from "../../../report/figures/figure.ts";
import { colour } from "../../../report/figures/palette.ts";
import { histogram, pitOf } from "../calibration.ts";
import { percent, type Series, truthNote } from "./marks.ts";

const BINS = 10;

interface Bar {
  readonly form: string;
  readonly fill: string;
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** @param series the laws, each a panel. */
export function pitFigure(series: readonly Series[]): Figure {
  const bars = series.flatMap(({ label, fill, predictions }) =>
    histogram(predictions.map(pitOf), BINS).map(
      (share, bin): Bar => ({ form: label, fill, from: bin / BINS, to: (bin + 1) / BINS, share: percent(share) }),
    ),
  );
  const highest = Math.max(...bars.map(({ share }) => share));
  return createFigure({
    name: "accuracy-pit",
    title: "Where the measured time fell in its predicted distribution",
    note:
      `${series[0]?.predictions.length ?? 0} PyTorch steps, each GPU left out in turn. Flat is right; ends that stand out are ` +
      `spreads that are too narrow; a slope is a bias. ${truthNote}`,
    description: series
      .map(({ label }) => {
        const own = bars.filter(({ form }) => form === label).map(({ share }) => `${share.toFixed(0)} %`);
        return `${label}: ${own.join(", ")}`;
      })
      .join(". "),
    legend: [{ label: "10 %: what every bar would be", colour: colour("ink"), shape: "dashed" }],
    plot: {
      width: FULL_WIDTH,
      height: 280,
      marginLeft: 46,
      marginRight: 14,
      marginTop: 34,
      marginBottom: 44,
      fx: { label: null, domain: series.map(({ label }) => label), padding: 0.12 },
      x: {
        label: "predicted probability of being faster than it was",
        domain: [0, 1],
        ticks: [0, 0.5, 1],
        tickFormat: String,
      },
      y: { label: "share of steps (%)", domain: [0, Math.ceil(highest / 5) * 5], grid: true },
      marks: [
        Plot.rectY(bars, { fx: "form", x1: "from", x2: "to", y: "share", fill: "fill", insetLeft: 1, insetRight: 1 }),
        Plot.ruleY([100 / BINS], { stroke: colour("ink"), strokeDasharray: "4 3" }),
        Plot.ruleY([0], { stroke: colour("muted") }),
      ],
    },
  });
}
