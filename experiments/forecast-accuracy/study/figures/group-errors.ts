// Errors by GPU or by network, one row a group: the median as a dot, the mean as a bar's end, ours above the paper's.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, FULL_WIDTH } from "../../../report/figures/figure.ts";
import { colour } from "../../../report/figures/palette.ts";
import type { GroupErrors } from "../errors.ts";
import { oursColour, paperColour, percent, truthNote } from "./marks.ts";

const ROW_HEIGHT = 19;
/** Where in a row of height 1 each form is drawn. */
const OURS_AT = 0.3;
const PAPER_AT = 0.68;
/** In %; errors outside are drawn on the edge. */
const DOMAIN = [1, 500] as const;
const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

interface Row {
  readonly top: number;
  readonly label: string;
  readonly rows: number;
  readonly ours: GroupErrors;
  readonly paper: GroupErrors;
}

/** Groups under a heading. */
export interface GroupSection {
  readonly heading: string;
  readonly ours: readonly GroupErrors[];
  /** The paper's errors of the same groups. */
  readonly paper: readonly GroupErrors[];
}

/**
 * @param input.sections in the order of the figure; the groups of a section stay in their order.
 */
export function groupErrorsFigure(input: {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly sections: readonly GroupSection[];
}): Figure {
  const headings: { top: number; heading: string }[] = [];
  const rows: Row[] = [];
  let top = 0;
  for (const { heading, ours, paper: papers } of input.sections) {
    headings.push({ top, heading });
    top += 1;
    for (const own of ours) {
      const paper = papers.find(({ group }) => group === own.group);
      if (paper === undefined) continue;
      rows.push({ top, label: own.group, rows: own.rows, ours: own, paper });
      top += 1;
    }
  }
  const better = rows.filter(({ ours, paper }) => ours.medianApe < paper.medianApe).length;
  return createFigure({
    name: input.name,
    title: input.title,
    note: `${input.note} ${truthNote}`,
    description: `The median error of ProbSelect is below that of the paper's form for ${better} of ${rows.length}.`,
    legend: [
      { label: "ProbSelect, median (line to the mean)", colour: oursColour, shape: "circle" },
      { label: "the paper's form, median (line to the mean)", colour: paperColour, shape: "triangle" },
      { label: "25 %", colour: colour("muted"), shape: "dashed" },
    ],
    plot: {
      width: FULL_WIDTH,
      height: top * ROW_HEIGHT + 78,
      marginLeft: 196,
      marginRight: 52,
      marginTop: 32,
      marginBottom: 44,
      x: {
        type: "log",
        domain: [...DOMAIN],
        axis: null,
      },
      y: { domain: [0, top], reverse: true, axis: null },
      marks: [
        Plot.gridX(TICKS, { stroke: colour("rule"), strokeOpacity: 1 }),
        Plot.axisX(TICKS, { text: String, label: "absolute error (% of the measured time)" }),
        Plot.ruleX([25], { stroke: colour("muted"), strokeDasharray: "4 3" }),
        Plot.ruleY(rows, { y: "top", stroke: colour("rule"), strokeOpacity: 0.6 }),
        ...formMarks(rows, "ours", OURS_AT, oursColour, "circle"),
        ...formMarks(rows, "paper", PAPER_AT, paperColour, "triangle"),
        leftText(headings, ({ heading }) => heading, { fontWeight: 650, fill: colour("ink") }),
        leftText(rows, ({ label }) => label, { fill: colour("ink") }),
        Plot.text(rows, {
          frameAnchor: "right",
          y: ({ top: at }: Row) => at + 0.5,
          text: ({ rows: count }: Row) => String(count),
          textAnchor: "end",
          dx: 44,
          fill: colour("muted"),
        }),
        Plot.text(["rows"], { frameAnchor: "top-right", dx: 44, dy: -14, textAnchor: "end", fill: colour("muted") }),
      ],
    },
  });
}

function formMarks(
  rows: readonly Row[],
  form: "ours" | "paper",
  at: number,
  fill: string,
  symbol: "circle" | "triangle",
) {
  const y = ({ top }: Row) => top + at;
  return [
    Plot.ruleY(rows, {
      y,
      x1: (row: Row) => inside(row[form].medianApe),
      x2: (row: Row) => inside(row[form].mape),
      stroke: fill,
      strokeWidth: 1.75,
    }),
    Plot.dot(rows, {
      y,
      x: (row: Row) => inside(row[form].medianApe),
      fill,
      r: 3.4,
      symbol,
      rotate: symbol === "triangle" ? 90 : 0,
    }),
  ];
}

function inside(share: number): number {
  return Math.min(DOMAIN[1], Math.max(DOMAIN[0], percent(share)));
}

function leftText<Item extends { readonly top: number }>(
  items: readonly Item[],
  text: (item: Item) => string,
  options: { readonly fontWeight?: number; readonly fill: string },
) {
  return Plot.text(items, {
    frameAnchor: "left",
    y: ({ top }: Item) => top + 0.5,
    text,
    dx: -8,
    textAnchor: "end",
    ...options,
  });
}
