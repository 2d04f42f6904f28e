// Test accuracy against virtual hours, or against the device-hours that it took: the mean over seeds and its interval for each policy, a
// panel a partition.

import type { RandomSource } from "../../../foundation/random-source.ts";
import type { Figure } from "../../report/figures/figure.ts";
import { type Curve, type LearningAxis, learningBand } from "../statistics/learning-bands.ts";
import { distinct, type FigureTexts } from "./figure-words.ts";
import type { LineRow } from "./line-chart.ts";
import { linesFigure } from "./lines-with-intervals.ts";

/** A run's curve. */
export interface LearningRun {
  /** A policy's label. */
  readonly series: string;
  /** The partition, e.g. "Dirichlet 0.1"; absent in a figure of one panel. */
  readonly panel?: string | undefined;
  readonly curve: Curve;
}

export interface LearningInput extends FigureTexts {
  readonly runs: readonly LearningRun[];
  readonly axis: LearningAxis;
  /** For the intervals. */
  readonly random: RandomSource;
  readonly labels?: readonly string[] | undefined;
  /** Accuracy that a dashed line marks, 0..1. */
  readonly target?: number | undefined;
}

const AXIS_LABELS: Readonly<Record<LearningAxis, string>> = {
  "virtual-hours": "virtual time (hours)",
  "device-hours": "device time spent, useful and wasted (hours)",
  "wasted-device-hours": "device time wasted (hours)",
};

export function learningFigure(input: LearningInput): Figure {
  const { runs, random, axis, target, ...texts } = input;
  const panels = [...new Set(runs.map(({ panel }) => panel))];
  const rows = panels.flatMap((panel) =>
    distinct(runs.map(({ series }) => series)).flatMap((series): readonly LineRow[] => {
      const curves = runs.filter((run) => run.series === series && run.panel === panel).map(({ curve }) => curve);
      return learningBand(curves, { random }).map((point) => ({ ...point, series, panel }));
    }),
  );
  return linesFigure({
    ...texts,
    rows,
    intervals: "bands",
    symbols: "few",
    x: { label: AXIS_LABELS[axis], domain: [0, Math.max(...rows.map(({ x }) => x), 0) || 1] },
    y: { label: "test accuracy (%)", isShare: true },
    references: target === undefined ? [] : [{ y: target, label: `target ${Number((100 * target).toPrecision(4))} %` }],
  });
}
