// Two metrics against each other, a point a policy with the intervals of both, named beside it.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH, textWidth } from "../../report/figures/figure.ts";
import { colour } from "../../report/figures/palette.ts";
import { plotSymbol } from "../../report/figures/symbols.ts";
import type { Estimate } from "../study.ts";
import { type Axis, estimateWords, type SettledAxis, settleAxis, valuesOf, xAxisMarks, yAxisMarks } from "./axis.ts";
import { distinct, type FigureTexts, noteOf } from "./figure-words.ts";
import { type Box, type PlacedLabel, placeLabels } from "./label-layout.ts";
import { policyStyles, type SeriesStyle } from "./policy-palette.ts";

export interface ScatterRow {
  /** A policy's label. */
  readonly series: string;
  readonly x: Estimate;
  readonly y: Estimate;
}

export interface ScatterInput extends FigureTexts {
  readonly rows: readonly ScatterRow[];
  readonly x: Axis;
  readonly y: Axis;
  /** All labels of the study; absent: those of the rows. */
  readonly labels?: readonly string[] | undefined;
  /** The corner in which a policy is best; it is marked. */
  readonly best?: Corner | undefined;
}

type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";

const SIZE = { width: FULL_WIDTH, height: 440 };
const MARGIN = { top: 34, right: 24, bottom: 44, left: 60 };
const INSET = 16;
const FRAME: Box = {
  left: MARGIN.left + 2,
  top: MARGIN.top + 2,
  right: SIZE.width - MARGIN.right - 2,
  bottom: SIZE.height - MARGIN.bottom - 2,
};
const LABEL_HEIGHT = 15;
const RADIUS = 6;
const BEST: Readonly<Record<Corner, string>> = {
  "top-left": "↖ better",
  "top-right": "better ↗",
  "bottom-left": "↙ better",
  "bottom-right": "better ↘",
};

interface Point {
  readonly row: ScatterRow;
  readonly style: SeriesStyle;
  /** Drawn values. */
  readonly x: number;
  readonly y: number;
  /** Pixels. */
  readonly left: number;
  readonly top: number;
}

export function scatterFigure(input: ScatterInput): Figure {
  const { rows, best } = input;
  const styles = policyStyles(input.labels ?? distinct(rows.map(({ series }) => series)));
  const { width, height } = SIZE;
  const x = settleAxis(input.x, valuesOf(rows.map((row) => row.x)), [
    MARGIN.left + INSET,
    width - MARGIN.right - INSET,
  ]);
  const y = settleAxis(input.y, valuesOf(rows.map((row) => row.y)), [
    height - MARGIN.bottom - INSET,
    MARGIN.top + INSET,
  ]);
  const points = rows.map((row): Point => {
    const at = { x: x.of(row.x.estimate), y: y.of(row.y.estimate) };
    return { row, style: styles(row.series), ...at, left: x.toPixels(at.x), top: y.toPixels(at.y) };
  });
  return createFigure({
    name: input.name,
    title: input.title,
    note: noteOf(
      input,
      rows.flatMap((row) => [row.x, row.y]),
      "Bars",
    ),
    description: input.description ?? describe(rows, x, y),
    plot: {
      ...SIZE,
      ...{ marginTop: MARGIN.top, marginRight: MARGIN.right, marginBottom: MARGIN.bottom, marginLeft: MARGIN.left },
      x: { ...x.options, inset: INSET },
      y: { ...y.options, inset: INSET },
      marks: [
        ...xAxisMarks(x, true),
        ...yAxisMarks(y),
        Plot.frame({ stroke: colour("rule") }),
        ...(best ? [bestMark(best)] : []),
        ...points.flatMap((point) => intervalMarks(point, x, y)),
        ...labelMarks(points, placeLabels(points.map(wanted), obstacles(points, x, y, best), FRAME), x, y),
        ...points.map((point) => dotMark(point, x, y)),
      ],
    },
  });
}

function wanted({ row, left, top }: Point) {
  return { x: left, y: top, width: textWidth(row.series) + 4, height: LABEL_HEIGHT };
}

/** What labels should not cover: the symbols, the intervals and the corner's mark. */
function obstacles(points: readonly Point[], x: SettledAxis, y: SettledAxis, best: Corner | undefined): readonly Box[] {
  const around = (left: number, top: number, right: number, bottom: number, by: number): Box => ({
    left: Math.min(left, right) - by,
    right: Math.max(left, right) + by,
    top: Math.min(top, bottom) - by,
    bottom: Math.max(top, bottom) + by,
  });
  const boxes = points.flatMap(({ row, left, top }) => {
    const [x1 = left, x2 = left] = [row.x.low, row.x.high].map((value) => pixelsOf(x, value));
    const [y1 = top, y2 = top] = [row.y.low, row.y.high].map((value) => pixelsOf(y, value));
    return [around(left, top, left, top, RADIUS + 1), around(x1, top, x2, top, 1), around(left, y1, left, y2, 1)];
  });
  if (best === undefined) return boxes;
  const [left, top] = [
    best.endsWith("left") ? FRAME.left : FRAME.right - 70,
    best.startsWith("top") ? FRAME.top : FRAME.bottom - 22,
  ];
  return [...boxes, { left, top, right: left + 70, bottom: top + 22 }];
}

function pixelsOf(axis: SettledAxis, value: number | null): number | undefined {
  return value === null ? undefined : axis.toPixels(axis.of(value));
}

function intervalMarks({ row, style, x: atX, y: atY }: Point, x: SettledAxis, y: SettledAxis) {
  const stroke = { stroke: style.colour, strokeWidth: 2, strokeOpacity: 0.65 };
  const across =
    row.x.low === null || row.x.high === null
      ? []
      : [Plot.ruleY([row], { y: atY, x1: x.of(row.x.low), x2: x.of(row.x.high), ...stroke })];
  const upright =
    row.y.low === null || row.y.high === null
      ? []
      : [Plot.ruleX([row], { x: atX, y1: y.of(row.y.low), y2: y.of(row.y.high), ...stroke })];
  return [...across, ...upright];
}

function dotMark(point: Point, x: SettledAxis, y: SettledAxis) {
  return Plot.dot([point], {
    ...{ x: point.x, y: point.y, r: RADIUS, symbol: plotSymbol(point.style.symbol), fill: point.style.colour },
    ...{ stroke: colour("paper"), strokeWidth: 1, title: () => titleOf(point.row, x, y) },
  });
}

function labelMarks(points: readonly Point[], places: readonly PlacedLabel[], x: SettledAxis, y: SettledAxis) {
  return points.flatMap((point, index) => {
    const place = places[index] as PlacedLabel;
    const at = { x: x.fromPixels(place.x), y: y.fromPixels(place.y) };
    const text = Plot.text([point.row.series], {
      ...{ ...at, textAnchor: place.anchor, fill: colour("ink"), stroke: colour("paper"), strokeWidth: 3 },
    });
    if (!place.isFar) return [text];
    const link = Plot.link([point], {
      ...{ x1: point.x, y1: point.y, x2: at.x, y2: at.y, stroke: point.style.colour, strokeOpacity: 0.55 },
    });
    return [link, text];
  });
}

function bestMark(corner: Corner) {
  const isLeft = corner.endsWith("left");
  return Plot.text([BEST[corner]], {
    ...{ frameAnchor: corner, dx: isLeft ? 8 : -8, dy: corner.startsWith("top") ? 10 : -10 },
    ...{ textAnchor: isLeft ? ("start" as const) : ("end" as const), fill: colour("muted"), fontStyle: "italic" },
  });
}

function titleOf({ series, x, y }: ScatterRow, xAxis: SettledAxis, yAxis: SettledAxis): string {
  return `${series}: ${xAxis.label} ${estimateWords(x, xAxis)}, ${yAxis.label} ${estimateWords(y, yAxis)}`;
}

function describe(rows: readonly ScatterRow[], x: SettledAxis, y: SettledAxis): string {
  return `${rows.map((row) => titleOf(row, x, y)).join("; ")}.`;
}
