// Estimates in rows with their 95 % intervals and values, one a policy or a setting; under headings, in panels, and beside a line of
// reference if asked (a forest plot).

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH, textWidth } from "../../report/figures/figure.ts";
import { colour } from "../../report/figures/palette.ts";
import { plotSymbol } from "../../report/figures/symbols.ts";
import type { Estimate } from "../study.ts";
import { type Axis, estimateWords, panelMarks, type SettledAxis, settleAxis, valuesOf, xAxisMarks } from "./axis.ts";
import { capitalised, distinct, type FigureTexts, noteOf } from "./figure-words.ts";
import { policyStyles, type SeriesStyle } from "./policy-palette.ts";

/** A row, in the unit of the axis. */
export interface DotRow extends Estimate {
  /** Left of the row; rows of several panels with the same label and section are one. */
  readonly label: string;
  /** The policy that colour and symbol stand for; absent: the label. */
  readonly series?: string | undefined;
  /** Heading over the rows that have it. */
  readonly section?: string | undefined;
  readonly panel?: string | undefined;
  /** Right of the row in a figure of one panel, e.g. "+13.8 points [12.1, 15.4]"; absent: the numbers in the axis's unit. */
  readonly valueText?: string | undefined;
}

export interface DotsInput extends FigureTexts {
  /** In the order of the figure. */
  readonly rows: readonly DotRow[];
  readonly x: Axis;
  /** All labels of the study; absent: those of the rows. */
  readonly labels?: readonly string[] | undefined;
  /** A dashed line down, e.g. at no difference. */
  readonly reference?: { readonly x: number; readonly label: string } | undefined;
}

const ROW_HEIGHT = 26;
/** Above the rows: room for the panels' names or the reference's. */
const TOP = 30;
const TOP_OF_ROWS_ALONE = 8;
const BOTTOM = 44;
const GAP = 12;

interface Line {
  readonly top: number;
  readonly text: string;
  readonly isHeading: boolean;
}

interface PlacedRow extends DotRow {
  readonly top: number;
  readonly style: SeriesStyle;
}

export function dotsFigure(input: DotsInput): Figure {
  const { rows, reference } = input;
  const seriesOf = (row: DotRow) => row.series ?? row.label;
  const styles = policyStyles(input.labels ?? distinct(rows.map(seriesOf)));
  const panels = distinct(rows.flatMap(({ panel }) => (panel === undefined ? [] : [panel])));
  const inPanels = panels.length > 0;
  const lines = linesOf(rows);
  const placed = rows.map((row): PlacedRow => ({ ...row, top: topOf(lines, row), style: styles(seriesOf(row)) }));
  const left = Math.max(60, ...lines.map(({ text }) => textWidth(text) + GAP + 6));
  const right = inPanels
    ? 16 + overhangOf(panels, FULL_WIDTH - left - 16)
    : Math.max(...rows.map((row) => textWidth(row.valueText ?? estimateWords(row, input.x))), 0) + GAP;
  const top = inPanels || reference ? TOP : TOP_OF_ROWS_ALONE;
  const height = top + BOTTOM + lines.length * ROW_HEIGHT;
  const x = settleAxis(
    input.x,
    [...valuesOf(rows), ...(reference ? [reference.x] : [])],
    [left + GAP, FULL_WIDTH - right - GAP],
  );
  return createFigure({
    name: input.name,
    title: input.title,
    note: noteOf(
      inPanels && reference ? { ...input, note: `${input.note} Dashed: ${reference.label}.` } : input,
      rows,
      "Bars",
    ),
    description: input.description ?? describe(rows, input.x),
    plot: {
      ...{ width: FULL_WIDTH, height, marginTop: top, marginBottom: BOTTOM, marginLeft: left, marginRight: right },
      x: { ...x.options, inset: GAP },
      y: { domain: [0, Math.max(1, lines.length)], reverse: true, axis: null },
      ...(inPanels ? { fx: { label: null, domain: panels, padding: 0.05 } } : {}),
      marks: [
        ...xAxisMarks(x, true),
        ...(inPanels ? panelMarks() : []),
        ...(reference ? referenceMarks(x.of(reference.x), reference.label, inPanels) : []),
        ...rowMarks(placed, x, input.x, inPanels),
        ...labelMarks(lines, left, panels[0]),
        ...(inPanels ? [] : [valueMark(placed, input.x)]),
      ],
    },
  });
}

/** By how much the last panel's name, which is bold and centred, reaches beyond its panel on the right, in pixels. */
function overhangOf(panels: readonly string[], widthPixels: number): number {
  return Math.max(0, (1.12 * textWidth(panels.at(-1) ?? "") - widthPixels / panels.length) / 2);
}

/** The rows and headings from top to bottom. */
function linesOf(rows: readonly DotRow[]): readonly Line[] {
  const texts: { text: string; section: string | undefined; isHeading: boolean }[] = [];
  let current: string | undefined;
  for (const { label, section } of rows) {
    if (texts.some((line) => !line.isHeading && line.text === label && line.section === section)) continue;
    if (section !== undefined && section !== current) texts.push({ text: section, section, isHeading: true });
    current = section;
    texts.push({ text: label, section, isHeading: false });
  }
  return texts.map((line, top) => ({ ...line, top }));
}

function topOf(lines: readonly (Line & { readonly section?: string | undefined })[], row: DotRow): number {
  return lines.find((line) => !line.isHeading && line.text === row.label && line.section === row.section)?.top ?? 0;
}

const middleOf = ({ top }: { readonly top: number }) => top + 0.5;

function rowMarks(rows: readonly PlacedRow[], x: SettledAxis, axis: Axis, inPanels: boolean) {
  const facet = inPanels ? { fx: ({ panel }: PlacedRow) => panel } : {};
  return rows.flatMap((row) => [
    Plot.ruleY([row], { ...facet, y: middleOf, stroke: colour("rule"), strokeOpacity: 0.7 }),
    ...(row.low === null || row.high === null
      ? []
      : [
          Plot.ruleY([row], {
            ...facet,
            ...{ y: middleOf, x1: x.of(row.low), x2: x.of(row.high), stroke: row.style.colour, strokeWidth: 2.5 },
          }),
        ]),
    Plot.dot([row], {
      ...facet,
      ...{ x: x.of(row.estimate), y: middleOf, r: 5.5, symbol: plotSymbol(row.style.symbol), fill: row.style.colour },
      ...{ stroke: colour("paper"), strokeWidth: 1, title: () => titleOf(row, axis) },
    }),
  ]);
}

function labelMarks(lines: readonly Line[], left: number, panel: string | undefined) {
  const textOf = (isHeading: boolean) =>
    Plot.text(
      lines.filter((line) => line.isHeading === isHeading),
      {
        ...(panel === undefined ? {} : { fx: () => panel }),
        ...{ frameAnchor: "left" as const, dx: -left, textAnchor: "start" as const, y: middleOf, text: "text" },
        ...{ fill: colour("ink"), fontWeight: isHeading ? 650 : 400 },
      },
    );
  return [textOf(true), textOf(false)];
}

function valueMark(rows: readonly PlacedRow[], x: Axis) {
  return Plot.text(rows, {
    ...{ frameAnchor: "right" as const, dx: GAP, textAnchor: "start" as const, y: middleOf },
    text: (row: PlacedRow) => row.valueText ?? estimateWords(row, x),
    fill: colour("ink"),
  });
}

function referenceMarks(at: number, label: string, inPanels: boolean) {
  const line = Plot.ruleX([at], { stroke: colour("muted"), strokeDasharray: "4 3", strokeWidth: 1.5 });
  if (inPanels) return [line];
  return [
    line,
    Plot.text([label], {
      ...{ x: at, frameAnchor: "top" as const, dy: -12, fill: colour("muted") },
    }),
  ];
}

function titleOf(row: DotRow, x: Axis): string {
  const place = [row.panel, row.section, row.label].filter((part) => part !== undefined).join(", ");
  return `${place}: ${row.valueText ?? estimateWords(row, x)}`;
}

function describe(rows: readonly DotRow[], x: Axis): string {
  return capitalised(`${x.label}. ${rows.map((row) => titleOf(row, x)).join("; ")}.`);
}
