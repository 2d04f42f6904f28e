// Predicted against measured step time on logarithmic axes, one panel a form.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH } from "../../../report/figures/figure.ts";
import { colour } from "../../../report/figures/palette.ts";
import { errorsOf } from "../errors.ts";
import { oursColour, paperColour, type Series, truthNote } from "./marks.ts";

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
        predicted: predictedSeconds * 1000,
        isNvidia: step.device.device.vendor === "nvidia",
      }),
    ),
  );
  const all = points.flatMap(({ measured, predicted }) => [measured, predicted]);
  const [low, high] = [Math.min(...all) / 1.2, Math.max(...all) * 1.2];
  const ticks = [0.01, 0.1, 1, 10, 100, 1000, 10_000].filter((value) => value >= low && value <= high);
  const edge = Array.from({ length: EDGE_POINTS + 1 }, (_, index) => low * (high / low) ** (index / EDGE_POINTS));
  const rows = series[0]?.predictions.length ?? 0;
  const errors = series.map(({ label, predictions }) => {
    const { mape, medianApe } = errorsOf(predictions);
    return `${label}: ${(100 * mape).toFixed(1)} % mean, ${(100 * medianApe).toFixed(1)} % median`;
  });
  return createFigure({
    name: "accuracy-predicted-measured",
    title: "Predicted and measured time of a training step",
    note: `${rows} PyTorch steps, each predicted without its GPU. Above the line the forecast is too slow. ${truthNote}`,
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
        domain: [low, high],
        label: "measured (ms a step)",
        ticks,
        tickFormat,
      },
      y: {
        type: "log",
        domain: [low, high],
        label: "predicted (ms a step)",
        ticks,
        tickFormat,
        grid: true,
      },
      marks: [
        Plot.areaY(edge, {
          x: (value: number) => value,
          y1: (value: number) => Math.max(low, value / 2),
          y2: (value: number) => Math.min(high, value * 2),
          fill: colour("rule"),
          fillOpacity: 0.7,
        }),
        Plot.line([low, high], { x: (value: number) => value, y: (value: number) => value, stroke: colour("ink") }),
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
            r: 3,
            symbol: "triangle",
            rotate: 90,
            fill: paperColour,
            fillOpacity: 0.9,
            stroke: colour("ink"),
            strokeWidth: 0.4,
          },
        ),
        Plot.frame({ stroke: colour("rule") }),
      ],
    },
  });
}

function tickFormat(milliseconds: number): string {
  return milliseconds.toLocaleString("en-GB", { maximumFractionDigits: 2 });
}
