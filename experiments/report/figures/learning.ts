// How the global model learnt: test accuracy and test loss after each round.

import * as Plot from "@observablehq/plot";
import { formatShare } from "../../../server/reporting/format-quantities.ts";
import type { RunData } from "../run-data.ts";
import { createFigure, type Figure, HALF_WIDTH } from "./figure.ts";
import { colour } from "./palette.ts";
import { roundTicks } from "./round-axis.ts";

interface Point {
  readonly round: number;
  readonly accuracy: number;
  readonly loss: number;
  readonly aggregated: boolean;
}

/** Test accuracy over rounds; null if no round was evaluated. */
export function accuracyFigure(run: RunData): Figure | null {
  const points = evaluations(run);
  const last = points.at(-1);
  if (last === undefined) return null;
  return learningFigure(points, {
    name: "accuracy",
    title: "Test accuracy",
    note: `Share of ${run.started.config.dataset}'s held-out test examples that the global model gets right.`,
    description: `Test accuracy reaches ${formatShare(last.accuracy)} after round ${last.round}.`,
    label: "test accuracy (%)",
    pick: ({ accuracy }) => accuracy * 100,
    format: (value) => value.toFixed(1),
  });
}

/** Test loss over rounds; null if no round was evaluated. */
export function lossFigure(run: RunData): Figure | null {
  const points = evaluations(run);
  const last = points.at(-1);
  if (last === undefined) return null;
  return learningFigure(points, {
    name: "loss",
    title: "Test loss",
    note: "Mean cross-entropy on the same examples, in nats; lower is better.",
    description: `Test loss is ${last.loss.toPrecision(3)} after round ${last.round}.`,
    label: "test loss (nats)",
    pick: ({ loss }) => loss,
    format: (value) => value.toPrecision(3),
  });
}

function evaluations(run: RunData): readonly Point[] {
  return run.rounds.flatMap(({ round, outcome }) => {
    if (!outcome?.evaluation) return [];
    const { accuracy, loss } = outcome.evaluation;
    return [{ round, accuracy, loss, aggregated: outcome.status === "aggregated" }];
  });
}

interface LearningOptions {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly description: string;
  readonly label: string;
  readonly pick: (point: Point) => number;
  readonly format: (value: number) => string;
}

function learningFigure(points: readonly Point[], options: LearningOptions): Figure {
  const { label, pick, format, ...texts } = options;
  const last = points.slice(-1);
  const failed = points.filter(({ aggregated }) => !aggregated);
  return createFigure({
    ...texts,
    legend:
      failed.length === 0 ? [] : [{ label: "round failed, model unchanged", colour: colour("late"), shape: "circle" }],
    plot: {
      width: HALF_WIDTH,
      height: 250,
      marginLeft: 46,
      marginRight: 46,
      marginBottom: 40,
      x: { label: "round", ticks: roundTicks(points.map(({ round }) => round)), tickFormat: "d", inset: 8 },
      y: { label, grid: true, nice: true, inset: 4 },
      marks: [
        Plot.lineY(points, { x: "round", y: pick, stroke: colour("completed"), strokeWidth: 2 }),
        Plot.dot(points, {
          x: "round",
          y: pick,
          r: points.length > 40 ? 2 : 4,
          fill: (point: Point) => colour(point.aggregated ? "completed" : "late"),
          title: (point: Point) => `round ${point.round}: ${format(pick(point))}`,
        }),
        Plot.text(last, {
          x: "round",
          y: pick,
          text: (point: Point) => format(pick(point)),
          dx: 10,
          textAnchor: "start",
          fill: colour("ink"),
          fontWeight: 600,
        }),
      ],
    },
  });
}
