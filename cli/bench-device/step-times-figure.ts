// The step times of all cells, back-ends side by side under each workload: a bar to the median, a line on to the 95th percentile, and
// what the forecast from specs says.

import * as Plot from "@observablehq/plot";
import {
  createFigure,
  type Figure,
  FULL_WIDTH,
  type LegendItem,
  textWidth,
} from "../../experiments/report/figures/figure.ts";
import { type ColourName, colour } from "../../experiments/report/figures/palette.ts";
import { plotSymbol } from "../../experiments/report/figures/symbols.ts";
import { formatSeconds } from "../../selection/quantities.ts";
import { type BenchResult, byWorkload, type MeasuredBenchCell } from "./bench-result.ts";
import { cellWords, workloadName } from "./bench-words.ts";

const ROW_HEIGHT = 24;
const TOP = 24;
const BOTTOM = 46;
const GAP = 12;
/** Of a row's height. */
const BAR_INSET = 0.24;
/** Seconds, where nothing was measured. */
const USUAL_DOMAIN = [1e-3, 1] as const;

const hues: Readonly<Record<string, ColourName>> = {
  "tensorflow-cuda": "surplus",
  webgpu: "indigo",
  tensorflow: "teal",
  wasm: "completed",
  cpu: "late",
  "webgpu-software": "brown",
};
const hueOf = (backend: string) => colour(hues[backend] ?? "other");

interface Line {
  readonly top: number;
  readonly text: string;
  readonly isHeading: boolean;
  readonly backend: string;
  readonly cell: MeasuredBenchCell | null;
  /** Why there is no cell. */
  readonly reason: string;
}

interface MeasuredLine extends Line {
  readonly cell: MeasuredBenchCell;
}

export function stepTimesFigure(result: BenchResult): Figure {
  const lines = linesOf(result);
  const measured = lines.filter((line): line is MeasuredLine => line.cell !== null);
  const domain = decadesAround(measured.flatMap(({ cell }) => timesOf(cell)));
  const ticks = decades(domain);
  const left = Math.max(60, ...lines.map(({ text }) => textWidth(text))) + GAP;
  const columns = valueColumns(measured);
  const right = columns.reduce((sum, { width }) => sum + width, 0);
  return createFigure({
    name: "step-times",
    title: "A warm training step, by workload and back-end",
    note:
      "Logarithmic scale: from one line to the next a step takes ten times as long. Bar: median. Line: to the 95th percentile. " +
      "Measured on this machine.",
    description: describe(measured),
    legend: legendOf(measured),
    plot: {
      ...{ width: FULL_WIDTH, height: TOP + BOTTOM + Math.max(1, lines.length) * ROW_HEIGHT },
      ...{ marginTop: TOP, marginBottom: BOTTOM, marginLeft: left, marginRight: right },
      x: { type: "log", domain: [...domain], axis: null },
      y: { domain: [0, Math.max(1, lines.length)], reverse: true, axis: null },
      marks: [
        Plot.gridX(ticks, { stroke: colour("rule"), strokeOpacity: 1 }),
        Plot.axisX(ticks, { tickFormat: formatSeconds, label: "time of a step", labelAnchor: "right", tickSize: 0 }),
        ...barMarks(measured, domain[0]),
        ...textMarks(lines, left),
        ...columns.flatMap((column) => valueMarks(measured, column)),
      ],
    },
  });
}

function linesOf(result: BenchResult): readonly Line[] {
  const texts = byWorkload(result).flatMap(({ entries, ...workload }): Omit<Line, "top">[] => [
    { text: workloadName(workload), isHeading: true, backend: "", cell: null, reason: "" },
    ...entries.map(({ backend, cell }) => ({
      ...{ text: backend, isHeading: false, backend },
      ...(cell.outcome === "measured"
        ? { cell, reason: "" }
        : { cell: null, reason: `${cell.outcome}: ${cell.reason}` }),
    })),
  ]);
  return texts.map((line, top) => ({ ...line, top }));
}

function timesOf({ secondsPerStep, benchmark }: MeasuredBenchCell): readonly number[] {
  return [secondsPerStep, benchmark.p95SecondsPerStep, benchmark.forecast.secondsPerStep];
}

/** Whole decades around the values, with room before the least. */
function decadesAround(values: readonly number[]): readonly [number, number] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return USUAL_DOMAIN;
  const from = 10 ** Math.floor(Math.log10(Math.min(...positive)) - 0.1);
  return [from, Math.max(10 * from, 10 ** Math.ceil(Math.log10(Math.max(...positive))))];
}

function decades([from, to]: readonly [number, number]): readonly number[] {
  const first = Math.round(Math.log10(from));
  return Array.from({ length: Math.round(Math.log10(to)) - first + 1 }, (_, index) => 10 ** (first + index));
}

const middle = ({ top }: Line) => top + 0.5;

function barMarks(lines: readonly MeasuredLine[], from: number) {
  const fill = ({ backend }: MeasuredLine) => hueOf(backend);
  const p50 = ({ cell }: MeasuredLine) => cell.secondsPerStep;
  const p95 = ({ cell }: MeasuredLine) => cell.benchmark.p95SecondsPerStep;
  return [
    Plot.rect(lines, {
      ...{ x1: () => from, x2: p50, y1: ({ top }) => top + BAR_INSET, y2: ({ top }) => top + 1 - BAR_INSET },
      ...{ fill, fillOpacity: 0.85 },
    }),
    Plot.ruleY(lines, { y: middle, x1: p50, x2: p95, stroke: colour("ink"), strokeWidth: 1.5 }),
    Plot.ruleX(lines, {
      ...{ x: p95, y1: ({ top }: Line) => top + BAR_INSET + 0.08, y2: ({ top }: Line) => top + 1 - BAR_INSET - 0.08 },
      ...{ stroke: colour("ink"), strokeWidth: 1.5 },
    }),
    Plot.dot(lines, {
      ...{ x: ({ cell }: MeasuredLine) => cell.benchmark.forecast.secondsPerStep, y: middle, r: 4.5 },
      ...{ symbol: plotSymbol("diamond"), fill: colour("ink"), stroke: colour("paper"), strokeWidth: 1 },
    }),
  ];
}

function textMarks(lines: readonly Line[], left: number) {
  const label = (isHeading: boolean) =>
    Plot.text(
      lines.filter((line) => line.isHeading === isHeading),
      {
        ...{ frameAnchor: "left" as const, dx: -left, textAnchor: "start" as const, y: middle, text: "text" },
        ...{ fill: colour("ink"), fontWeight: isHeading ? 650 : 400 },
      },
    );
  return [
    label(true),
    label(false),
    Plot.text(
      lines.filter(({ reason }) => reason !== ""),
      {
        ...{ frameAnchor: "left" as const, dx: GAP / 2, textAnchor: "start" as const, y: middle, text: "reason" },
        fill: colour("muted"),
      },
    ),
  ];
}

interface ValueColumn {
  readonly label: string;
  readonly of: (cell: MeasuredBenchCell) => string;
  readonly width: number;
  /** Of its right edge, from that of the plot. */
  readonly right: number;
}

function valueColumns(lines: readonly MeasuredLine[]): readonly ValueColumn[] {
  const columns: readonly Pick<ValueColumn, "label" | "of">[] = [
    { label: "median", of: (cell) => cellWords(cell).p50 },
    { label: "p95", of: (cell) => cellWords(cell).p95 },
    { label: "examples", of: (cell) => cellWords(cell).examples },
  ];
  let right = 0;
  return columns.map((column) => {
    const texts = [column.label, ...lines.map(({ cell }) => column.of(cell))];
    const width = Math.max(...texts.map(textWidth)) + 2 * GAP;
    right += width;
    return { ...column, width, right };
  });
}

function valueMarks(lines: readonly MeasuredLine[], { label, of, right }: ValueColumn) {
  const place = { frameAnchor: "right" as const, dx: right, textAnchor: "end" as const };
  return [
    Plot.text(lines, { ...place, y: middle, text: ({ cell }) => of(cell), fill: colour("ink") }),
    Plot.text([label], { ...place, frameAnchor: "top-right", dy: -10, fill: colour("muted") }),
  ];
}

function legendOf(lines: readonly MeasuredLine[]): readonly LegendItem[] {
  const backends = [...new Set(lines.map(({ backend }) => backend))];
  return [
    ...backends.map((backend) => ({ label: backend, colour: hueOf(backend) })),
    { label: "95th percentile", colour: colour("ink"), shape: "line" },
    { label: "forecast from specs", colour: colour("ink"), symbol: "diamond" },
  ];
}

function describe(lines: readonly MeasuredLine[]): string {
  if (lines.length === 0) return "Nothing was measured.";
  const words = lines.map(({ backend, cell }) => {
    const { p50, p95, examples, forecast } = cellWords(cell);
    return `${workloadName(cell)}, ${backend}: median ${p50}, 95th percentile ${p95}, ${examples}, forecast ${forecast}`;
  });
  return `${words.join("; ")}.`;
}
