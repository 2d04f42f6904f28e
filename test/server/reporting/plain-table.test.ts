import { describe, expect, it } from "vitest";
import { noPaint } from "../../../server/reporting/paint.ts";
import { formatPlainTable, tableWidth } from "../../../server/reporting/plain-table.ts";

const columns = [
  { title: "round", align: "right", width: 5 },
  { title: "why", align: "left", width: 8 },
] as const;

describe("formatPlainTable", () => {
  it("has titles, a rule as wide as the table, the rows and a footnote", () => {
    const rows = [
      ["1", "p ≥ 80%"],
      ["12", "–"],
    ];
    expect(formatPlainTable(columns, rows, noPaint, "… and 3 more").split("\n")).toEqual([
      "  round  why",
      "  ───────────────",
      "      1  p ≥ 80%",
      "     12  –",
      "  … and 3 more",
    ]);
    // Two of indentation, 5, two between, 8.
    expect(tableWidth(columns)).toBe(17);
  });

  it("cuts a cell that is too long", () => {
    expect(formatPlainTable(columns, [["1", "not connected"]], noPaint)).toContain("      1  not con…");
  });
});
