// What every figure of a study has: a title, axes with their units, the truth, a mark a row, words for who cannot see it.

import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { type Figure, HALF_WIDTH, standaloneSvg } from "../../../../experiments/report/figures/figure.ts";
import { dotsFigure } from "../../../../experiments/studies/figures/dots-with-intervals.ts";
import { learningFigure } from "../../../../experiments/studies/figures/learning-curves.ts";
import type { LineRow } from "../../../../experiments/studies/figures/line-chart.ts";
import { linesFigure } from "../../../../experiments/studies/figures/lines-with-intervals.ts";
import { participationFigure } from "../../../../experiments/studies/figures/participation-by-group.ts";
import { reliabilityCurveFigure } from "../../../../experiments/studies/figures/reliability-curve.ts";
import { scatterFigure } from "../../../../experiments/studies/figures/scatter-of-policies.ts";
import { seededRandom } from "../../../../foundation/random-source.ts";
import { madeStudy, madeTruth } from "../../../support/study-fixture.ts";

const figures = madeStudy().sections.flatMap((section) => section.figures);
const documentOf = ({ svg }: Figure) => parseHTML(svg).document;
const textsOf = (figure: Figure, selector = "text") =>
  [...documentOf(figure).querySelectorAll(selector)].map((element) => element.textContent ?? "");
/** Marks have their values as titles; the figure's own title comes first. */
const markTitles = (figure: Figure) => textsOf(figure, "title").slice(1);
const bounded = (estimate: number) => ({ estimate, low: estimate - 0.02, high: estimate + 0.02 });
const texts = { name: "figure", title: "A figure", note: "What it is.", truth: "L2: measured" };
const axes = { x: { label: "deadline (s)" }, y: { label: "clients in time (%)", isShare: true } };

describe("every figure of a study", () => {
  it.each(figures.map((figure) => [figure.name, figure] as const))("%s can be read by all", (_, figure) => {
    const svg = documentOf(figure).querySelector("svg");
    expect(svg?.getAttribute("role")).toBe("img");
    expect(svg?.getAttribute("aria-label")).toBe(figure.title);
    expect(svg?.getAttribute("aria-description")).toMatch(/\d/);
    expect(svg?.outerHTML).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(textsOf(figure).join(" ")).toContain(madeTruth);
    expect(standaloneSvg(figure)).not.toContain("var(--");
  });

  it("says how many seeds it has, and that fewer than five give no intervals", () => {
    const noteWith = (seedCount: number) =>
      textsOf(dotsFigure({ ...texts, rows: [{ label: "quorum", ...bounded(0.5) }], x: axes.y, seedCount })).join(" ");
    expect(noteWith(1)).toContain("1 seed: no intervals below five seeds.");
    expect(noteWith(4)).toContain("4 seeds: no intervals below five seeds.");
    expect(noteWith(5)).toContain("5 seeds. Bars: 95 % intervals.");
  });

  it("is the same from the same rows, byte for byte", () => {
    expect(madeStudy().sections.flatMap((section) => section.figures)).toEqual(figures);
  });
});

describe("lines with intervals", () => {
  const rows: readonly LineRow[] = ["probselect", "fedlim"].flatMap((series, index) =>
    [10, 20, 40].map((x) => ({ series, x, ...bounded(0.5 + 0.2 * index + x / 200) })),
  );

  it("have a mark a row, with its value and its interval", () => {
    const figure = linesFigure({ ...texts, ...axes, rows });
    expect(markTitles(figure)).toHaveLength(rows.length);
    // 0.5 + 10 / 200
    expect(markTitles(figure)).toContain("probselect, deadline (s) 10: 55.0 % [53.0, 57.0]");
    expect(textsOf(figure)).toContain("deadline (s) →");
    expect(textsOf(figure)).toContain("↑ clients in time (%)");
    expect(textsOf(figure).join(" ")).toContain("Bands: 95 % intervals.");
  });

  it("are named at their ends, and say in words where they end", () => {
    const figure = linesFigure({ ...texts, ...axes, rows, references: [{ y: 0.8, label: "objective 80 %" }] });
    for (const name of ["probselect", "fedlim", "objective 80 %"]) {
      expect(textsOf(figure).filter((text) => text === name)).toHaveLength(1);
    }
    expect(figure.description).toBe(
      "Clients in time (%) at deadline (s) 40: probselect 70.0 % [68.0, 72.0]; fedlim 90.0 % [88.0, 92.0].",
    );
  });

  it("in panels have a legend instead, and each panel its name", () => {
    const inPanels = ["edge", "mixed"].flatMap((panel) => rows.map((row) => ({ ...row, panel })));
    const figure = linesFigure({ ...texts, ...axes, rows: inPanels });
    expect(markTitles(figure)).toHaveLength(12);
    for (const name of ["edge", "mixed", "probselect"]) expect(textsOf(figure)).toContain(name);
    expect(figure.description).toContain("Edge, clients in time (%)");
  });

  it("without intervals say nothing of them", () => {
    const plain = rows.map((row) => ({ ...row, low: null, high: null }));
    expect(textsOf(linesFigure({ ...texts, ...axes, rows: plain })).join(" ")).not.toContain("95 %");
    const some = plain.map((row, index) => (index === 0 ? { ...row, ...bounded(0.5) } : row));
    expect(textsOf(linesFigure({ ...texts, ...axes, rows: some })).join(" ")).toContain("where there is one");
  });

  it("fit half a page, and no rows at all", () => {
    expect(linesFigure({ ...texts, ...axes, rows, width: "half" }).width).toBe(HALF_WIDTH);
    expect(linesFigure({ ...texts, ...axes, rows: [] }).svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("on logarithmic axes label all of their ticks", () => {
    const spend = rows.map((row) => ({ ...row, estimate: row.x * 3, low: row.x * 2.5, high: row.x * 4 }));
    const figure = linesFigure({
      ...{ ...texts, rows: spend, x: { label: "k", scale: "log" }, y: { label: "s", scale: "log" } },
    });
    // x from 10 to 40, y from 25 to 160
    for (const tick of ["10", "20", "50", "100"]) expect(textsOf(figure)).toContain(tick);
  });
});

describe("dots with intervals", () => {
  const rows = ["one", "two"].flatMap((section) =>
    ["probselect", "fedlim"].map((label, index) => ({ section, label, ...bounded(0.1 * index - 0.05) })),
  );
  const x = { label: "difference (points)", isShare: true };

  it("have a row each under their headings, with the value beside it", () => {
    const figure = dotsFigure({ ...texts, rows, x, reference: { x: 0, label: "no difference" } });
    expect(markTitles(figure)).toHaveLength(4);
    for (const text of ["one", "two", "no difference", "difference (points) →"]) {
      expect(textsOf(figure).filter((each) => each === text)).toHaveLength(1);
    }
    expect(textsOf(figure).filter((text) => text === "probselect")).toHaveLength(2);
    // -0.05 and its bounds
    expect(textsOf(figure)).toContain("-5.0 % [-7.0, -3.0]");
  });

  it("show the text of the row if it has one", () => {
    const [first] = rows;
    const named = [{ ...(first as (typeof rows)[number]), valueText: "-5 points" }];
    expect(textsOf(dotsFigure({ ...texts, rows: named, x }))).toContain("-5 points");
  });

  it("in panels share their rows", () => {
    const figure = participationFigure({
      ...{ ...texts, measure: "coverage" },
      rows: ["edge", "desktop"].flatMap((group) =>
        ["quorum", "fedlim"].map((series) => ({ series, group, ...bounded(0.5) })),
      ),
    });
    expect(markTitles(figure)).toHaveLength(4);
    expect(textsOf(figure).filter((text) => text === "quorum")).toHaveLength(1);
    expect(figure.description).toContain("edge, quorum: 50.0 % [48.0, 52.0]");
  });

  it("of one estimate without an interval have no bar", () => {
    const figure = dotsFigure({ ...texts, x, rows: [{ label: "quorum", estimate: 0.2, low: null, high: null }] });
    expect(markTitles(figure)).toEqual(["quorum: 20.0 %"]);
    expect(textsOf(figure).join(" ")).not.toContain("Bars");
  });
});

describe("a scatter of policies", () => {
  it("names every point and marks the better corner", () => {
    const rows = ["probselect", "quorum", "mine"].map((series, index) => {
      return { series, x: bounded(0.9 - 0.1 * index), y: bounded(0.1 + 0.1 * index) };
    });
    const figure = scatterFigure({
      ...{ ...texts, rows, best: "bottom-right" },
      ...{ x: { label: "compliance (%)", isShare: true }, y: { label: "waste (%)", isShare: true } },
    });
    expect(markTitles(figure)).toHaveLength(3);
    expect(textsOf(figure)).toEqual(expect.arrayContaining(["probselect", "quorum", "mine", "better ↘"]));
    expect(markTitles(figure)).toContain("mine: compliance (%) 70.0 % [68.0, 72.0], waste (%) 30.0 % [28.0, 32.0]");
  });
});

describe("reliability diagrams", () => {
  const counts = { counts: [0, 10, 40, 50], saidSums: [0, 4, 25, 45], keptCounts: [0, 3, 20, 44] };

  it("have a dot a bin that is not empty, with its counts, and a heading a panel", () => {
    const figure = reliabilityCurveFigure({ ...texts, panels: [{ label: "quorum", counts }] });
    expect(markTitles(figure)).toEqual([
      "quorum, said 25 to 50 %: 3 of 10 in time",
      "quorum, said 50 to 75 %: 20 of 40 in time",
      "quorum, said 75 to 100 %: 44 of 50 in time",
    ]);
    // |4 - 3| + |25 - 20| + |45 - 44| of 100
    expect(textsOf(figure)).toContain("100 forecasts, off by 7.0 points");
    expect(textsOf(figure)).toContain("↑ kept: in time (%)");
    expect(figure.description).toContain("74.0 % said on average, 67.0 % kept");
  });

  it("of nobody is empty", () => {
    const none = { counts: [0, 0], saidSums: [0, 0], keptCounts: [0, 0] };
    const figure = reliabilityCurveFigure({ ...texts, panels: [{ label: "quorum", counts: none }] });
    expect(textsOf(figure)).toContain("0 forecasts");
    expect(figure.svg).not.toMatch(/NaN|Infinity/);
  });
});

describe("learning curves", () => {
  const curve = (end: number) => [0.5, 1, end].map((x) => ({ x, accuracy: x / 10 }));

  it("end where the first of their seeds ends, and name what they are drawn against", () => {
    const runs = [4, 3, 2, 5, 6].map((end) => ({ series: "quorum", curve: curve(end) }));
    const figure = learningFigure({
      ...texts,
      runs,
      axis: "wasted-device-hours",
      random: seededRandom(1),
      target: 0.15,
    });
    expect(textsOf(figure)).toContain("device time wasted (hours) →");
    expect(textsOf(figure)).toContain("target 15 %");
    expect(figure.description).toContain("at device time wasted (hours) 2: quorum");
  });
});
