// Predicted against measured step time on logarithmic axes, one panel a form.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH } from "../../../report/figures/figure.ts";
import { colour } from "../../../report/figures/palette.ts";
import { errorsOf } from "../errors.ts";
import { oursColour, paperColour, type Series, truthNote } from "./marks.ts";

/** Where the predicted axis begins, in ms a step; what is below is drawn there. */
const LEAST_PREDICTED = 1;
/** Vertices of the band's edges, so that it ends with the frame. */
const EDGE_POINTS = 120;

interface Point {
  readonly form: string;
  readonly measured: number;
  readonly predicted: number;
  readonly isNvidia: boolean;
}

/** @param series the forms, each a panel, with predictions of the same steps. */
export function predictedMeasuredFigure(series: readonly Series[]): Figure {
  const points = series.flatMap(({ label, predictions }) =>
    predictions.map(
      ({ step, predictedSeconds }): Point => ({
        form: label,
        measured: step.stepSeconds * 1000,
        predicted: Math.max(LEAST_PREDICTED, predictedSeconds * 1000),
        isNvidia: step.device.device.vendor === "nvidia",
      }),
    ),
  );
  const measured = domainOf(points.map((point) => point.measured));
  const predicted = domainOf(points.map((point) => point.predicted));
  const edge = Array.from({ length: EDGE_POINTS + 1 }, (_, index) => along(measured, index / EDGE_POINTS));
  const inside = (value: number) => Math.min(predicted[1], Math.max(predicted[0], value));
  const exact = [Math.max(measured[0], predicted[0]), Math.min(measured[1], predicted[1])];
  const below = series.map(
    ({ predictions }) => predictions.filter(({ predictedSeconds }) => predictedSeconds * 1000 < LEAST_PREDICTED).length,
  );
  const belowNote = series
    .flatMap(({ label }, index) =>
      below[index] ? [` Drawn at 1 ms: ${below[index]} of ${label} that are below.`] : [],
    )
    .join("");
  const rows = series[0]?.predictions.length ?? 0;
  const errors = series.map(({ label, predictions }) => {
    const { mape, medianApe } = errorsOf(predictions);
    return `${label}: ${(100 * mape).toFixed(1)} % mean, ${(100 * medianApe).toFixed(1)} % median`;
  });
  return createFigure({
    name: "accuracy-predicted-measured",
    title: "Predicted and measured time of a training step",
    note: `${rows} PyTorch steps, each predicted without its GPU. Above the line the forecast is too slow.${belowNote} ${truthNote}`,
    description: `Absolute errors. ${errors.join("; ")}.`,
    legend: [
      { label: "NVIDIA", colour: oursColour, shape: "circle" },
      { label: "AMD and Apple", colour: paperColour, shape: "triangle" },
      { label: "exact", colour: colour("ink"), shape: "line" },
      { label: "within a factor of two", colour: colour("rule") },
    ],
    plot: {
      width: FULL_WIDTH,
      height: 480,
      marginLeft: 62,
      marginRight: 12,
      marginTop: 34,
      marginBottom: 44,
      fx: { label: null, domain: series.map(({ label }) => label), padding: 0.04 },
      x: {
        type: "log",
        domain: measured,
        label: "measured (ms a step)",
        ticks: ticksIn(measured),
        tickFormat,
      },
      y: {
        type: "log",
        domain: predicted,
        label: "predicted (ms a step)",
        ticks: ticksIn(predicted),
        tickFormat,
        grid: true,
      },
      marks: [
        Plot.areaY(edge, {
          x: (value: number) => value,
          y1: (value: number) => inside(value / 2),
          y2: (value: number) => inside(value * 2),
          fill: colour("rule"),
          fillOpacity: 0.7,
        }),
        Plot.line(exact, { x: (value: number) => value, y: (value: number) => value, stroke: colour("ink") }),
        Plot.dot(
          points.filter(({ isNvidia }) => isNvidia),
          { fx: "form", x: "measured", y: "predicted", r: 2.4, fill: oursColour, fillOpacity: 0.55 },
        ),
        Plot.dot(
          points.filter(({ isNvidia }) => !isNvidia),
          {
            fx: "form",
            x: "measured",
            y: "predicted",
            r: 2.3,
            symbol: "triangle",
            rotate: 90,
            fill: paperColour,
            fillOpacity: 0.55,
          },
        ),
        Plot.frame({ stroke: colour("rule") }),
      ],
    },
  });
}

/** The values with a tenth of a decade on both sides. */
function domainOf(values: readonly number[]): [number, number] {
  const margin = 10 ** 0.1;
  return [Math.min(...values) / margin, Math.max(...values) * margin];
}

/** The point at a share of the way through a logarithmic domain. */
function along([low, high]: readonly [number, number], share: number): number {
  return low * (high / low) ** share;
}

function ticksIn([low, high]: readonly [number, number]): readonly number[] {
  return [0.1, 1, 10, 100, 1000, 10_000].filter((value) => value >= low && value <= high);
}

function tickFormat(milliseconds: number): string {
  return milliseconds.toLocaleString("en-GB", { maximumFractionDigits: 2 });
}
