// Lines of y against x, one a policy, with 95 % intervals as bands or bars; in panels if asked. Lines are named at their ends, or in a
// legend where there are panels.

import * as Plot from "@observablehq/plot";
import { createFigure, type Figure, type LegendItem } from "../../report/figures/figure.ts";
import { colour } from "../../report/figures/palette.ts";
import { plotSymbol } from "../../report/figures/symbols.ts";
import type { Estimate } from "../study.ts";
import { estimateWords, panelMarks, plainNumber, xAxisMarks, yAxisMarks } from "./axis.ts";
import { capitalised, distinct, noteOf } from "./figure-words.ts";
import { type Line, type LineChart, type LineRow, type LinesInput, settleLines } from "./line-chart.ts";
import { endMarks } from "./line-ends.ts";

export function linesFigure(input: LinesInput): Figure {
  const chart = settleLines(input);
  const { lines, references, panels, hasBands, x, y, width, height, margin, inset } = chart;
  const inPanels = panels.length > 0;
  return createFigure({
    name: input.name,
    title: input.title,
    note: noteOf(input, input.rows, hasBands ? "Bands" : "Bars"),
    description: input.description ?? describeEnds(chart),
    legend: inPanels ? legendOf(chart) : [],
    plot: {
      ...{ width, height, marginTop: margin.top, marginRight: margin.right },
      ...{ marginBottom: margin.bottom, marginLeft: margin.left },
      x: { ...x.options, inset },
      y: y.options,
      ...(inPanels ? { fx: { label: null, domain: panels, padding: 0.07 } } : {}),
      marks: [
        ...xAxisMarks(x),
        ...yAxisMarks(y),
        ...(inPanels ? panelMarks() : []),
        ...references.map((reference) =>
          Plot.ruleY([y.of(reference.y)], { stroke: colour("muted"), strokeDasharray: "4 3" }),
        ),
        ...lines.map((line) => (hasBands ? bandMark(line, chart) : barMark(line, chart))),
        ...lines.flatMap((line) => lineMarks(line, chart)),
        ...(inPanels ? [] : endMarks(chart)),
      ],
    },
  });
}

function legendOf({ lines, references }: LineChart): readonly LegendItem[] {
  return [
    ...lines.map(({ name, style }): LegendItem => {
      return { label: name, colour: style.colour, shape: style.dashes ? "dashed" : "line", symbol: style.symbol };
    }),
    ...references.map(({ label }): LegendItem => ({ label, colour: colour("muted"), shape: "dashed" })),
  ];
}

/** Where the rows of a line stand. */
function channels({ dx }: Line, { panels, x }: LineChart) {
  const facet = panels.length > 0 ? { fx: ({ panel }: LineRow) => panel } : {};
  return { ...facet, x: (row: LineRow) => x.of(row.x), dx };
}

function intervalChannels({ y }: LineChart) {
  return {
    y1: ({ low, estimate }: LineRow) => y.of(low ?? estimate),
    y2: ({ high, estimate }: LineRow) => y.of(high ?? estimate),
  };
}

function bandMark(line: Line, chart: LineChart) {
  const at = { ...channels(line, chart), ...intervalChannels(chart) };
  return Plot.areaY(line.rows.filter(hasInterval), { ...at, fill: line.style.colour, fillOpacity: 0.16 });
}

function barMark(line: Line, chart: LineChart) {
  const at = { ...channels(line, chart), ...intervalChannels(chart) };
  return Plot.ruleX(line.rows.filter(hasInterval), { ...at, stroke: line.style.colour, strokeWidth: 1.5 });
}

function lineMarks(line: Line, chart: LineChart) {
  const { colour: stroke, dashes, symbol } = line.style;
  const at = { ...channels(line, chart), y: ({ estimate }: LineRow) => chart.y.of(estimate) };
  return [
    Plot.lineY(line.rows, { ...at, stroke, strokeWidth: 2, ...(dashes ? { strokeDasharray: dashes } : {}) }),
    Plot.dot(marked(line, chart), {
      ...{ ...at, r: 4.5, symbol: plotSymbol(symbol), fill: stroke, stroke: colour("paper"), strokeWidth: 1 },
      title: (row: LineRow) => titleOf(row, chart),
    }),
  ];
}

/** The points with a symbol, evenly spaced, the last one of each panel among them. */
function marked({ rows }: Line, { symbolCount }: LineChart): readonly LineRow[] {
  if (symbolCount === undefined) return rows;
  return byPanel(rows).flatMap((ofPanel) => {
    const step = Math.max(1, Math.round(ofPanel.length / symbolCount));
    return ofPanel.filter((_, index) => (ofPanel.length - 1 - index) % step === 0);
  });
}

function byPanel(rows: readonly LineRow[]): readonly (readonly LineRow[])[] {
  return distinct(rows.map(({ panel = "" }) => panel)).map((name) => rows.filter(({ panel = "" }) => panel === name));
}

function hasInterval({ low, high }: Estimate): boolean {
  return low !== null && high !== null;
}

function titleOf(row: LineRow, { x, y }: LineChart): string {
  const panel = row.panel === undefined ? "" : `${row.panel}, `;
  return `${panel}${row.series}, ${x.label} ${plainNumber(x.of(row.x))}: ${estimateWords(row, y)}`;
}

/** Where every line ends, in words. */
function describeEnds({ lines, panels, x, y }: LineChart): string {
  const places = panels.length > 0 ? panels : [undefined];
  const sentences = places.map((place) => {
    const ends = lines.flatMap(({ rows }) => rows.filter(({ panel }) => !place || panel === place).slice(-1));
    const last = Math.max(...ends.map((end) => end.x));
    const words = ends.map((end) => {
      const at = end.x === last ? "" : ` at ${plainNumber(x.of(end.x))}`;
      return `${end.series} ${estimateWords(end, y)}${at}`;
    });
    return `${place ? `${place}, ` : ""}${y.label} at ${x.label} ${plainNumber(x.of(last))}: ${words.join("; ")}.`;
  });
  return capitalised(sentences.join(" "));
}
