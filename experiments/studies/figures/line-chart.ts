// The plan of a figure of lines: which lines, in which panels, on which scales and with which margins; before anything is drawn.

import { FULL_WIDTH, HALF_WIDTH, textWidth } from "../../report/figures/figure.ts";
import type { Estimate } from "../study.ts";
import { type Axis, type SettledAxis, settleAxis, valuesOf } from "./axis.ts";
import { distinct, type FigureTexts } from "./figure-words.ts";
import { policyStyles, type SeriesStyle } from "./policy-palette.ts";

/** A point of a line, in the units of the axes. */
export interface LineRow extends Estimate {
  /** A policy's label. */
  readonly series: string;
  readonly x: number;
  /** Absent in a figure of one panel. */
  readonly panel?: string | undefined;
}

/** A dashed line across, with its name. */
export interface Reference {
  readonly y: number;
  readonly label: string;
}

export interface LinesInput extends FigureTexts {
  readonly rows: readonly LineRow[];
  readonly x: Axis;
  readonly y: Axis;
  /** All labels of the study; absent: those of the rows. */
  readonly labels?: readonly string[] | undefined;
  readonly references?: readonly Reference[] | undefined;
  /** Absent: bands for up to four lines, bars for more. */
  readonly intervals?: "bands" | "bars" | undefined;
  /** On every point, or for curves of many points on a few of each line. Absent: on every point. */
  readonly symbols?: "every" | "few" | undefined;
  readonly width?: "full" | "half" | undefined;
  readonly height?: number | undefined;
}

export interface Line {
  readonly name: string;
  /** By x. */
  readonly rows: readonly LineRow[];
  readonly style: SeriesStyle;
  /** Moves the line aside, in pixels, so that bars at the same x stand side by side. */
  readonly dx: number;
}

export interface LineChart {
  readonly lines: readonly Line[];
  readonly references: readonly Reference[];
  /** Empty: one panel without a name. */
  readonly panels: readonly string[];
  readonly hasBands: boolean;
  /** Symbols on a line of a panel; undefined: on every point. */
  readonly symbolCount: number | undefined;
  readonly x: SettledAxis;
  readonly y: SettledAxis;
  /** From the frame to both ends of the lines. */
  readonly inset: number;
  readonly width: number;
  readonly height: number;
  readonly margin: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
}

/** From the frame to a label: a dotted line leads across, and the symbol stands before the name. */
export const LEADER = 16;
export const SYMBOL_WIDTH = 14;
/** With more lines bands hide one another. */
const MOST_BANDS = 4;
/** Between the bars of two lines at the same x, and between the first and the last at most, in pixels. */
const BAR_STEP = 4;
const MOST_SPREAD = 24;
/** On a line of many points. */
const FEW_SYMBOLS = 6;
/** Room for symbols at both ends. */
const INSET = 8;

export function settleLines(input: LinesInput): LineChart {
  const { rows, references = [] } = input;
  const named = distinct(rows.flatMap(({ panel }) => (panel === undefined ? [] : [panel])));
  const panels = named.length > 1 ? named : [];
  const names = distinct(rows.map(({ series }) => series));
  const hasBands = (input.intervals ?? (names.length <= MOST_BANDS ? "bands" : "bars")) === "bands";
  const spread = hasBands ? 0 : Math.min(MOST_SPREAD, BAR_STEP * (names.length - 1));
  const { width, height } = sizeOf(input);
  const widest = Math.max(0, ...[...names, ...references.map(({ label }) => label)].map(textWidth));
  const margin = {
    ...{ top: 34, bottom: 44, left: 56 },
    right: panels.length > 0 ? 20 : LEADER + SYMBOL_WIDTH + 6 + widest,
  };
  const inset = INSET + spread / 2;
  const values = [...valuesOf(rows), ...references.map((reference) => reference.y)];
  const positions = rows.map(({ x }) => x);
  const isExact = input.x.domain === undefined && input.x.scale !== "log" && positions.length > 0;
  return {
    ...{ references, panels, hasBands, inset, width, height, margin },
    lines: linesOf(input, names, spread),
    symbolCount: input.symbols === "few" ? FEW_SYMBOLS : undefined,
    x: settleAxis(
      isExact ? { ...input.x, domain: [Math.min(...positions), Math.max(...positions)] } : input.x,
      positions,
      [margin.left + inset, width - margin.right - inset],
    ),
    y: settleAxis(input.y, values, [height - margin.bottom, margin.top]),
  };
}

function sizeOf({ width, height }: LinesInput): { readonly width: number; readonly height: number } {
  return width === "half" ? { width: HALF_WIDTH, height: height ?? 280 } : { width: FULL_WIDTH, height: height ?? 380 };
}

function linesOf(input: LinesInput, names: readonly string[], spread: number): readonly Line[] {
  const styles = policyStyles(input.labels ?? names);
  return names.map((name, index) => ({
    name,
    rows: input.rows.filter(({ series }) => series === name).toSorted((a, b) => a.x - b.x),
    style: styles(name),
    dx: names.length === 1 ? 0 : (index / (names.length - 1) - 0.5) * spread,
  }));
}
