// A table without lines but one: titles, a rule, rows. What is in its cells may be painted.

import Table from "cli-table3";
import type { Paint } from "./paint.ts";

export interface PlainColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** In characters; a longer cell is cut. */
  readonly width: number;
}

const INDENT = "  ";
const GAP = 2;

const sides = ["top", "bottom", "left", "right", "mid"].flatMap((side) => [side, `${side}-mid`]);
const corners = ["top-left", "top-right", "bottom-left", "bottom-right", "middle"];
const borderless = Object.fromEntries([...sides, ...corners].map((part) => [part, ""]));

/**
 * The table's lines, each at most `tableWidth(columns)` wide, without a newline at the end.
 *
 * @param rows one cell a column.
 * @param footnote a line below the rows; "" for none.
 */
export function formatPlainTable(
  columns: readonly PlainColumn[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  footnote = "",
): string {
  const table = new Table({
    head: columns.map(({ title }) => paint("dim", title)),
    colWidths: columns.map(({ width }) => width + GAP),
    colAligns: columns.map(({ align }) => align),
    chars: borderless,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": GAP },
  });
  table.push(...rows.map((cells) => [...cells]));
  const [head = "", ...body] = table.toString().split("\n");
  const rule = paint("dim", "─".repeat(tableWidth(columns) - INDENT.length));
  return [head, rule, ...body, ...(footnote === "" ? [] : [paint("dim", footnote)])]
    .map((line) => (INDENT + line).trimEnd())
    .join("\n");
}

/** Columns of characters that the table takes, its indentation included. */
export function tableWidth(columns: readonly PlainColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, INDENT.length - GAP);
}
