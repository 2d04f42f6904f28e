// The names of lines at their ends, in the right margin, moved apart where they would cover one another.

import * as Plot from "@observablehq/plot";
import { colour } from "../../report/figures/palette.ts";
import { plotSymbol } from "../../report/figures/symbols.ts";
import { spreadLabels } from "./label-layout.ts";
import { LEADER, type LineChart, SYMBOL_WIDTH } from "./line-chart.ts";
import type { SeriesStyle } from "./policy-palette.ts";

const GAP = 15;
/** Labels may stand so much higher than the frame. */
const ABOVE = 8;

/** A name in the right margin and the point that it belongs to, in drawn values. */
interface LineEnd {
  readonly text: string;
  /** Undefined: a reference. */
  readonly style: SeriesStyle | undefined;
  readonly x: number;
  readonly y: number;
}

/** A dotted line leads from each end to its name. */
export function endMarks(chart: LineChart) {
  const { x, y, width, height, margin } = chart;
  const ends = endsOf(chart);
  const placed = spreadLabels(
    ends.map((end) => y.toPixels(end.y)),
    GAP,
    [margin.top - ABOVE, height - margin.bottom],
  );
  const edge = x.fromPixels(width - margin.right + LEADER);
  return ends.flatMap(({ text, style, ...end }, index) => {
    const at = { x: edge, y: y.fromPixels(placed[index] as number) };
    const stroke = style?.colour ?? colour("muted");
    const leader = Plot.link([end], {
      ...{ x1: end.x, y1: end.y, x2: at.x, y2: at.y, stroke, strokeWidth: 1.25, strokeDasharray: "1 2.5" },
    });
    if (style === undefined) {
      return [leader, Plot.text([text], { ...at, dx: 3, textAnchor: "start", fill: colour("muted") })];
    }
    return [
      leader,
      Plot.dot([text], {
        ...at,
        dx: SYMBOL_WIDTH / 2,
        r: 4.5,
        symbol: plotSymbol(style.symbol),
        fill: stroke,
        stroke: "none",
      }),
      Plot.text([text], { ...at, dx: SYMBOL_WIDTH + 3, textAnchor: "start", fill: colour("ink") }),
    ];
  });
}

function endsOf({ lines, references, x, y, width, margin }: LineChart): readonly LineEnd[] {
  const frameEnd = x.fromPixels(width - margin.right);
  return [
    ...references.map(({ label, y: at }) => ({ text: label, style: undefined, x: frameEnd, y: y.of(at) })),
    ...lines.flatMap(({ name, style, rows, dx }) => {
      const last = rows.at(-1);
      if (last === undefined) return [];
      return [{ text: name, style, x: x.fromPixels(x.toPixels(x.of(last.x)) + dx), y: y.of(last.estimate) }];
    }),
  ];
}
