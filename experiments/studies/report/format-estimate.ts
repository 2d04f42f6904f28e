// Estimates as people read them: no more digits than the interval leaves any meaning to, and the unit once.

import { NO_VALUE } from "../../../server/reporting/format-quantities.ts";
import type { Estimate, HeadlineFigure } from "../study.ts";

export type Unit = HeadlineFigure["unit"];

export interface FormatOptions {
  /** With "+" where it is positive: a change. Absent: for points, and wherever a part of it is negative. */
  readonly signed?: boolean | undefined;
}

/** An estimate in its parts. */
export interface FormattedEstimate {
  /** E.g. "+13.8 points". */
  readonly value: string;
  /** E.g. "[12.1, 15.4]"; null: there is none. */
  readonly interval: string | null;
}

/**
 * Shares and their differences are 0..1 and printed in percent and points; seconds become minutes from 120 s and hours from 2 h on.
 *
 * @example formatEstimate({ estimate: 0.138, low: 0.121, high: 0.154 }, "points") // "+13.8 points [12.1, 15.4]"
 * @example formatEstimate({ estimate: -0.62, low: -0.7, high: -0.55 }, "percent") // "-62 % [-70, -55]"
 */
export function formatEstimate(estimate: Estimate | null, unit: Unit, options: FormatOptions = {}): string {
  const { value, interval } = formatParts(estimate, unit, options);
  return interval === null ? value : `${value} ${interval}`;
}

/** The same in its parts, for a card that shows the value large. */
export function formatParts(estimate: Estimate | null, unit: Unit, options: FormatOptions = {}): FormattedEstimate {
  if (estimate === null || !Number.isFinite(estimate.estimate)) return { value: NO_VALUE, interval: null };
  const { factor, suffix } = scaleOf(estimate.estimate, unit);
  const [value, low, high] = [estimate.estimate, estimate.low, estimate.high].map((part) =>
    part === null ? null : part * factor,
  ) as [number, number | null, number | null];
  const decimals = decimalsOf(value, low, high, unit);
  const isSigned = options.signed ?? (unit === "points" || value < 0 || (low ?? 0) < 0);
  const text = `${isSigned && value > 0 ? "+" : ""}${fixed(value, decimals)}${suffix}`;
  if (low === null || high === null) return { value: text, interval: null };
  const bounds = [fixed(low, decimals), fixed(high, decimals)];
  // A comma between numbers that have commas inside would not be seen.
  return { value: text, interval: `[${bounds.join(bounds.some((bound) => bound.includes(",")) ? " to " : ", ")}]` };
}

function scaleOf(estimate: number, unit: Unit): { readonly factor: number; readonly suffix: string } {
  switch (unit) {
    case "percent":
      return { factor: 100, suffix: " %" };
    case "points":
      return { factor: 100, suffix: " points" };
    case "seconds":
      if (Math.abs(estimate) < 120) return { factor: 1, suffix: " s" };
      return Math.abs(estimate) < 7200 ? { factor: 1 / 60, suffix: " min" } : { factor: 1 / 3600, suffix: " h" };
    case "ratio":
      return { factor: 1, suffix: " times" };
    case "count":
    case "index":
      return { factor: 1, suffix: "" };
  }
}

/** Of percent and points, and of anything else. */
const MOST_DECIMALS_OF_SHARES = 3;
const MOST_DECIMALS = 9;

/** So many that the interval is two digits wide; without one, one of a share and else three digits. A share that is not quite 1 never reads so. */
function decimalsOf(value: number, low: number | null, high: number | null, unit: Unit): number {
  const width = low === null || high === null ? 0 : high - low;
  const magnitude = width > 0 ? 1 - Math.floor(Math.log10(width)) : 2 - Math.floor(Math.log10(Math.abs(value) || 1));
  if (unit !== "percent" && unit !== "points") {
    const isWhole = unit === "count" && width === 0 && Number.isInteger(value);
    return isWhole ? 0 : Math.min(MOST_DECIMALS, Math.max(0, magnitude));
  }
  let decimals = width > 0 ? Math.min(MOST_DECIMALS_OF_SHARES, Math.max(0, magnitude)) : 1;
  const isEnd = (rounded: number) => unit === "percent" && (rounded === 0 || rounded === 100) && rounded !== value;
  while (decimals < MOST_DECIMALS_OF_SHARES && isEnd(Number(value.toFixed(decimals)))) decimals += 1;
  return decimals;
}

/** With thousands separators and without a negative zero. */
function fixed(value: number, decimals: number): string {
  const rounded = Number(value.toFixed(decimals));
  return (rounded === 0 ? 0 : rounded).toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
