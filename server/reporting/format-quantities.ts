// Quantities as people read them: always with a unit, never more digits than mean something.

import { stripVTControlCharacters } from "node:util";

/** What stands where there is no value. */
export const NO_VALUE = "–";

/**
 * Seconds with three significant digits below 100 s, then whole seconds, then minutes and hours.
 *
 * @example formatSeconds(3.14159) // "3.14 s"
 * @example formatSeconds(252) // "4 min 12 s"
 */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return NO_VALUE;
  if (seconds < 0.0995) return seconds === 0 ? "0 s" : `${(seconds * 1000).toPrecision(2)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return twoUnits(Math.floor(whole / 60), "min", whole % 60, "s");
  return twoUnits(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A duration that somebody set, without trailing zeros. @example formatLimit(20) // "20 s" */
export function formatLimit(seconds: number): string {
  return formatSeconds(seconds).replace(/\.(\d*?)0+ /, (_, digits: string) => (digits === "" ? " " : `.${digits} `));
}

/**
 * A share as percent with one decimal; what is not quite 0 or 1 never reads as if it were.
 *
 * @example formatShare(0.98765) // "98.8%"
 * @example formatShare(0.99999) // ">99.9%"
 */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NO_VALUE;
  if (share > 0 && share < 0.0005) return "<0.1%";
  if (share < 1 && share >= 0.9995) return ">99.9%";
  const percent = (share * 100).toFixed(1);
  return `${percent.endsWith(".0") && (share === 0 || share === 1) ? percent.slice(0, -2) : percent}%`;
}

/** A threshold as percent without trailing zeros. @example formatThreshold(0.8) // "80%" */
export function formatThreshold(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}

/** A count with thousands separators. @example formatCount(61706) // "61,706" */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** A rate of a link. @example formatBitRate(20_000_000) // "20 Mbit/s" */
export function formatBitRate(bitsPerSecond: number): string {
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bitsPerSecond) / 3)));
  return `${Number((bitsPerSecond / 1000 ** step).toPrecision(3))} ${units[step]}`;
}

/**
 * Text from outside as one harmless line: without terminal escapes, control and direction-changing characters.
 *
 * @example plainText("a\u001b[31mb\nc") // "ab c"
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "")
    .trim();
}
