// Rows as CSV by RFC 4180. The package reads CSV with a library; to write what csv-parse reads takes the one rule of quoting.

import type { CellValue } from "../study.ts";

/**
 * A header of all columns in the order in which they first occur, then a line a row. What has no value is empty; text with a comma, a quote
 * or a line break is quoted.
 *
 * @example toCsv([{ policy: "a,b", waste: 0.5 }, { policy: "c", waste: null }]) // 'policy,waste\n"a,b",0.5\nc,\n'
 */
export function toCsv(rows: readonly Readonly<Record<string, CellValue>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return "";
  const lines = [columns.map(field), ...rows.map((row) => columns.map((column) => field(row[column] ?? null)))];
  return lines.map((line) => `${line.join(",")}\n`).join("");
}

function field(value: CellValue): string {
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}
