// The axes of a study's figures: what is said of one, and the scale that it becomes. The domain is settled before anything is drawn, so
// that labels can be laid out in pixels.

import * as Plot from "@observablehq/plot";
import { colour } from "../../report/figures/palette.ts";
import { formatEstimate } from "../report/format-estimate.ts";
import type { Estimate } from "../study.ts";

export interface Axis {
  /** With its unit, e.g. "round compliance (%)". */
  readonly label: string;
  /** Values are shares, drawn as percent. */
  readonly isShare?: boolean | undefined;
  /** Values are differences of shares, which are told in points; with `isShare`. */
  readonly isPoints?: boolean | undefined;
  /** Values are changes: what is above 0 has a "+". */
  readonly isChange?: boolean | undefined;
  readonly scale?: "linear" | "log" | undefined;
  /** In the unit of the values, which are drawn on its edge if they are beyond; absent: what they take, rounded outwards. */
  readonly domain?: readonly [number, number] | undefined;
  readonly ticks?: readonly number[] | undefined;
  readonly tickFormat?: ((drawn: number) => string) | undefined;
}

/** An axis with its scale. "Drawn" values are percent where the axis shows shares. */
export interface SettledAxis {
  readonly label: string;
  readonly isShare: boolean;
  readonly type: "linear" | "log";
  readonly domain: readonly [number, number];
  /** From a value to what is drawn. Logarithmic axes take what is below their domain to its start. */
  readonly of: (value: number) => number;
  /** Position of a drawn value, in pixels. */
  readonly toPixels: (drawn: number) => number;
  readonly fromPixels: (pixels: number) => number;
  /** Absent: Plot's own. */
  readonly ticks: readonly number[] | undefined;
  readonly tickFormat: (drawn: number) => string;
  /** What Plot takes for its `x` or `y`; the axis itself is drawn by `xAxisMarks` and `yAxisMarks`. */
  readonly options: Plot.ScaleOptions;
}

// Plot thins out the labels of its own logarithmic ticks, so that axes are drawn with texts of their own.
const GRID = { stroke: colour("rule"), strokeOpacity: 0.7 };

/**
 * @param values all that must fit, in the axis's unit.
 * @param range in pixels, from the domain's start to its end.
 */
export function settleAxis(axis: Axis, values: readonly number[], range: readonly [number, number]): SettledAxis {
  const factor = axis.isShare ? 100 : 1;
  const type = axis.scale ?? "linear";
  const usable = values.map((value) => value * factor).filter((value) => type === "linear" || value > 0);
  const domain = axis.domain?.map((value) => value * factor) ?? niceDomain(usable, type, axis.isShare ?? false);
  const [start = 0, end = 1] = domain;
  const scale = Plot.scale({ x: { type, domain: [start, end], range: [...range] } });
  const ticks = axis.ticks?.map((value) => value * factor) ?? (type === "log" ? logTicks(start, end) : undefined);
  return {
    label: axis.label,
    isShare: axis.isShare ?? false,
    type,
    domain: [start, end],
    of: (value) => Math.min(end, Math.max(start, value * factor)),
    toPixels: (drawn) => Number(scale.apply(drawn)),
    fromPixels: (pixels) => Number(scale.invert?.(pixels)),
    ticks,
    tickFormat: axis.tickFormat ?? plainNumber,
    options: { type, domain: [start, end], label: axis.label },
  };
}

/** The axis below the chart; with a grid where positions along it are to be read off. */
export function xAxisMarks({ label, ticks, tickFormat }: SettledAxis, grid = false) {
  const options = { label, text: tickFormat, labelAnchor: "right" as const };
  const axis = ticks ? Plot.axisX([...ticks], options) : Plot.axisX({ ...options, tickSpacing: 60 });
  if (!grid) return [axis];
  return [ticks ? Plot.gridX([...ticks], GRID) : Plot.gridX({ ...GRID, tickSpacing: 60 }), axis];
}

/** The axis left of the chart and its grid. */
export function yAxisMarks({ label, ticks, tickFormat }: SettledAxis) {
  const options = { label, text: tickFormat };
  if (ticks) return [Plot.gridY([...ticks], GRID), Plot.axisY([...ticks], options)];
  return [Plot.gridY({ ...GRID, tickSpacing: 36 }), Plot.axisY({ ...options, tickSpacing: 36 })];
}

/** The frame of each panel and its name above it. */
export function panelMarks() {
  return [
    Plot.frame({ stroke: colour("rule") }),
    Plot.axisFx({ label: null, fill: colour("ink"), fontWeight: 600, anchor: "top" }),
  ];
}

/** Bounds of the values that exist. */
export function valuesOf(rows: readonly Estimate[]): readonly number[] {
  return rows.flatMap(({ estimate, low, high }) => [estimate, low ?? estimate, high ?? estimate]);
}

function niceDomain(values: readonly number[], type: "linear" | "log", isShare: boolean): readonly number[] {
  if (values.length === 0) return type === "log" ? [1, 10] : [0, 1];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (type === "log") return [least / 1.12, most * 1.12];
  const margin = least === most ? Math.max(1, Math.abs(least)) * 0.1 : 0;
  const [start = 0, end = 1] = Plot.scale({
    x: { type, domain: [least - margin, most + margin], nice: 8 },
  }).domain as number[];
  // A share has no place beyond 0 and 100 %, unless it is a difference.
  const isDifference = least < 0;
  return isShare && !isDifference ? [Math.max(0, start), most <= 100 ? Math.min(100, end) : end] : [start, end];
}

/** 1, 2, 5 times powers of ten within the domain, or powers alone where those are many. */
function logTicks(start: number, end: number): readonly number[] {
  const ticksOf = (steps: readonly number[]) => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(start)); power <= Math.ceil(Math.log10(end)); power++) {
      for (const step of steps) ticks.push(Number((step * 10 ** power).toPrecision(6)));
    }
    return ticks.filter((tick) => tick >= start && tick <= end);
  };
  const fine = ticksOf([1, 2, 5]);
  return fine.length <= 9 ? fine : ticksOf([1]);
}

/** The values as the axis shows them. @example estimateWords({ estimate: 0.5, low: 0.41, high: 0.6 }, { isShare: true }) // "50 % [41, 60]" */
export function estimateWords(
  estimate: Estimate,
  { isShare, isPoints, isChange }: Pick<Axis, "isShare" | "isPoints" | "isChange">,
): string {
  return formatEstimate(estimate, isPoints ? "points" : isShare ? "percent" : "count", { signed: isChange });
}

/** @example plainNumber(12500) // "12,500" */
export function plainNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}
