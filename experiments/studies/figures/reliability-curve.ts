// Reliability diagrams: what was said against what was kept, a panel each for several policies or levels of truth. Dots are as large as
// their bins, and bars along the floor show where the forecasts lie.

import * as Plot from "@observablehq/plot";
import { counted } from "../../../foundation/counted.ts";
import { createFigure, type Figure, FULL_WIDTH } from "../../report/figures/figure.ts";
import { colour } from "../../report/figures/palette.ts";
import { plotSymbol } from "../../report/figures/symbols.ts";
import { wilsonInterval } from "../../report/reliability.ts";
import type { ReliabilityCounts } from "../../simulation/cell.ts";
import { forecastMetrics } from "../statistics/forecast-metrics.ts";
import { plainNumber } from "./axis.ts";
import { distinct, type FigureTexts, truthSentence } from "./figure-words.ts";
import { policyStyles, type SeriesStyle } from "./policy-palette.ts";

/** The bars are over clients, however few seeds there are. */
function seedsPooled(seedCount: number | undefined): string {
  return seedCount === undefined ? "" : ` ${counted(seedCount, "seed")}.`;
}

/** A diagram. */
export interface ReliabilityPanel {
  /** Over the panel, unique: a policy, or a policy and a level of truth. */
  readonly label: string;
  /** The policy that colour and symbol stand for; absent: the label. */
  readonly series?: string | undefined;
  /** Of all runs that it is about, pooled; p_i in equal bins from 0 to 1. */
  readonly counts: ReliabilityCounts;
}

export interface ReliabilityInput extends FigureTexts {
  readonly panels: readonly ReliabilityPanel[];
  /** All labels of the study; absent: those of the panels. */
  readonly labels?: readonly string[] | undefined;
}

const MOST_COLUMNS = 4;
const ROW_HEIGHT = 290;
/** The tallest bar of the floor, in percent of the panel. */
const FLOOR = 14;
/** A bin's dot, in pixels: of a bin with all forecasts, and at least. */
const LARGEST_RADIUS = 11;
const SMALLEST_RADIUS = 3;

interface Bin {
  readonly panel: ReliabilityPanel;
  readonly style: SeriesStyle;
  readonly column: string;
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly keptCount: number;
  /** Of the panel's forecasts. */
  readonly share: number;
  /** Of the largest bin's count. */
  readonly relative: number;
  /** In percent, as are the next. */
  readonly said: number;
  readonly kept: number;
  readonly low: number;
  readonly high: number;
}

interface PlacedPanel extends ReliabilityPanel {
  readonly column: string;
  readonly row: string;
  readonly style: SeriesStyle;
}

export function reliabilityCurveFigure(input: ReliabilityInput): Figure {
  const seriesOf = ({ series, label }: ReliabilityPanel) => series ?? label;
  const styles = policyStyles(input.labels ?? distinct(input.panels.map(seriesOf)));
  const rows = Math.max(1, Math.ceil(input.panels.length / MOST_COLUMNS));
  const columns = Math.max(1, Math.ceil(input.panels.length / rows));
  const panels = input.panels.map((panel, index): PlacedPanel => {
    const place = { column: String(index % columns), row: String(Math.floor(index / columns)) };
    return { ...panel, ...place, style: styles(seriesOf(panel)) };
  });
  const bins = panels.flatMap(binsOf);
  return createFigure({
    name: input.name,
    title: input.title,
    note:
      `${input.note}${seedsPooled(input.seedCount)} By bins of the probability said; bars: 95 % Wilson intervals, as if clients were independent. Off by: the ` +
      `mean distance of said and kept. ` +
      truthSentence(input.truth),
    description: input.description ?? panels.map(describe).join(" "),
    legend: [
      { label: "bin, the larger the more forecasts", colour: colour("ink"), symbol: "circle" },
      { label: "share of the forecasts in each bin", colour: colour("forecast") },
      { label: "kept as often as said", colour: colour("muted"), shape: "dashed" },
    ],
    plot: {
      width: FULL_WIDTH,
      height: rows * ROW_HEIGHT + 70,
      ...{ marginTop: 48, marginBottom: 44, marginLeft: 46, marginRight: 10 },
      fx: { axis: null, padding: 0.08 },
      fy: { axis: null, padding: 0.14 },
      x: { domain: [0, 100], inset: 6 },
      y: { domain: [0, 100], inset: 6 },
      marks: [
        ...groundMarks(bins),
        ...panels.flatMap((panel) =>
          panelMarks(
            panel,
            bins.filter((bin) => bin.panel === panel),
          ),
        ),
      ],
    },
  });
}

/** What is the same in every panel, and the bars along its floor. */
function groundMarks(bins: readonly Bin[]) {
  return [
    Plot.axisX({ ticks: 5, label: "said: probability of being in time (%)", labelAnchor: "right" }),
    Plot.axisY({ ticks: 5, label: "kept: in time (%)" }),
    Plot.frame({ stroke: colour("rule") }),
    Plot.rect(bins, {
      ...{ fx: "column", fy: "row", x1: "from", x2: "to", y1: 0, y2: ({ relative }: Bin) => FLOOR * relative },
      ...{ insetLeft: 0.5, insetRight: 0.5, fill: colour("forecast") },
    }),
    Plot.line([0, 100], {
      ...{ x: (value: number) => value, y: (value: number) => value },
      ...{ stroke: colour("muted"), strokeDasharray: "4 3" },
    }),
  ];
}

function panelMarks(panel: PlacedPanel, bins: readonly Bin[]) {
  const facet = { fx: () => panel.column, fy: () => panel.row };
  const { colour: fill, symbol } = panel.style;
  const heading = { ...facet, frameAnchor: "top-left" as const, textAnchor: "start" as const };
  return [
    Plot.ruleX(bins, { ...facet, x: "said", y1: "low", y2: "high", stroke: fill, strokeWidth: 2 }),
    ...bins.map((bin) =>
      Plot.dot([bin], {
        ...facet,
        ...{ x: "said", y: "kept", r: radiusOf(bin), symbol: plotSymbol(symbol), fill },
        ...{ stroke: colour("paper"), strokeWidth: 1, title: titleOf },
      }),
    ),
    Plot.text([panel.label], { ...heading, dy: -29, fill: colour("ink"), fontWeight: 600 }),
    Plot.text([summaryOf(panel)], { ...heading, dy: -14, fill: colour("muted") }),
  ];
}

function binsOf(panel: PlacedPanel): readonly Bin[] {
  const { counts, saidSums, keptCounts } = panel.counts;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts);
  return counts.flatMap((count, index) => {
    if (count === 0) return [];
    const keptCount = keptCounts[index] ?? 0;
    const [low, high] = wilsonInterval(keptCount, count);
    return [
      {
        ...{ panel, style: panel.style, column: panel.column, row: panel.row, count, keptCount },
        ...{ from: (100 * index) / counts.length, to: (100 * (index + 1)) / counts.length },
        ...{ share: count / total, relative: count / most, said: (100 * (saidSums[index] ?? 0)) / count },
        ...{ kept: (100 * keptCount) / count, low: 100 * low, high: 100 * high },
      },
    ];
  });
}

function radiusOf({ share }: Bin): number {
  return Math.max(SMALLEST_RADIUS, LARGEST_RADIUS * Math.sqrt(share));
}

function titleOf({ panel, from, to, count, keptCount }: Bin): string {
  return `${panel.label}, said ${from} to ${to} %: ${plainNumber(keptCount)} of ${plainNumber(count)} in time`;
}

/** @example "12,345 forecasts, off by 3.1 points" */
function summaryOf({ counts }: ReliabilityPanel): string {
  const total = counts.counts.reduce((sum, count) => sum + count, 0);
  const { expectedCalibrationError: off } = forecastMetrics(counts);
  return `${plainNumber(total)} forecasts${off === null ? "" : `, off by ${(100 * off).toFixed(1)} points`}`;
}

function describe(panel: ReliabilityPanel): string {
  const { meanProbabilitySaid: said, shareKept: kept } = forecastMetrics(panel.counts);
  const means =
    said === null || kept === null
      ? ""
      : `: ${(100 * said).toFixed(1)} % said on average, ${(100 * kept).toFixed(1)} % kept`;
  return `${panel.label}: ${summaryOf(panel)}${means}.`;
}
