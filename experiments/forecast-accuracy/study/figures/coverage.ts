// How much of what was measured fell inside the predicted 50, 80 and 95 % intervals, by law and by what was left out.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH } from "../../../report/figures/figure.ts";
import { colour } from "../../../report/figures/palette.ts";
import type { Scores } from "../../scores.ts";
import { percent, truthNote } from "./marks.ts";

/** A row of the figure. */
export interface CoverageRow {
  readonly section: string;
  readonly label: string;
  readonly scores: Pick<Scores, "coverage50" | "coverage80" | "coverage95">;
}

const ROW_HEIGHT = 22;
const levels = [
  { level: 50, of: "coverage50", fill: "completed", symbol: "circle" },
  { level: 80, of: "coverage80", fill: "late", symbol: "triangle" },
  { level: 95, of: "coverage95", fill: "unresponsive", symbol: "square" },
] as const;

/** @param rows in the order of the figure; a new section begins with a heading. */
export function coverageFigure(rows: readonly CoverageRow[]): Figure {
  const placed: (CoverageRow & { readonly top: number })[] = [];
  const headings: { readonly top: number; readonly section: string }[] = [];
  let top = 0;
  for (const row of rows) {
    if (headings.at(-1)?.section !== row.section) headings.push({ top: top++, section: row.section });
    placed.push({ ...row, top: top++ });
  }
  return createFigure({
    name: "accuracy-coverage",
    title: "Measured times inside the predicted intervals",
    note: `Central intervals of left-out predictions. A mark on the line of its level is right; left of it the interval is too narrow. ${truthNote}`,
    description: describe(rows),
    legend: levels.map(({ level, fill, symbol }) => ({
      label: `${level} % interval, and its line`,
      colour: colour(fill),
      shape: symbol,
    })),
    plot: {
      width: FULL_WIDTH,
      height: top * ROW_HEIGHT + 60,
      marginLeft: 250,
      marginRight: 20,
      marginTop: 14,
      marginBottom: 44,
      x: { label: "measured times inside (%)", domain: [0, 100], grid: true },
      y: { domain: [0, top], reverse: true, axis: null },
      marks: [
        Plot.ruleY(placed, { y: ({ top: at }) => at + 0.5, stroke: colour("rule") }),
        ...levels.flatMap(({ level, of, fill, symbol }) => [
          Plot.ruleX([level], { stroke: colour(fill), strokeDasharray: "4 3", strokeWidth: 1.5 }),
          Plot.dot(placed, {
            x: ({ scores }: CoverageRow) => percent(scores[of]),
            y: ({ top: at }: { top: number }) => at + 0.5,
            fill: colour(fill),
            stroke: colour("paper"),
            symbol,
            rotate: symbol === "triangle" ? 90 : 0,
            r: 5,
          }),
        ]),
        Plot.text(placed, {
          frameAnchor: "left",
          y: ({ top: at }) => at + 0.5,
          text: "label",
          dx: -8,
          textAnchor: "end",
          fill: colour("ink"),
        }),
        Plot.text(headings, {
          frameAnchor: "left",
          y: ({ top: at }) => at + 0.5,
          text: "section",
          dx: -8,
          textAnchor: "end",
          fill: colour("ink"),
          fontWeight: 650,
        }),
      ],
    },
  });
}

/** The first section in words; the page's table has all of them. */
function describe(rows: readonly CoverageRow[]): string {
  const first = rows.filter(({ section }) => section === rows[0]?.section);
  const shares = first.map(
    ({ label, scores }) => `${label} ${levels.map(({ of }) => `${percent(scores[of]).toFixed(0)} %`).join(", ")}`,
  );
  return `${rows[0]?.section}, inside 50, 80 and 95 %: ${shares.join("; ")}.`;
}
