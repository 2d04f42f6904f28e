// A study's page: whole, self-contained, safe, with the definitions of what it uses and the way to get it again.

import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { definitionsOf, metricDefinitions } from "../../../../experiments/studies/report/metric-definitions.ts";
import { renderStudyPage } from "../../../../experiments/studies/report/study-page.ts";
import { cellMetrics } from "../../../../experiments/studies/statistics/cell-metrics.ts";
import { madeRun, madeStudy } from "../../../support/study-fixture.ts";

const HOSTILE = `<img src=x onerror="alert(1)">`;
const study = madeStudy(HOSTILE);
const page = renderStudyPage(study, madeRun);
const { document } = parseHTML(page);
const textOf = (selector: string) => document.querySelector(selector)?.textContent?.replace(/\s+/g, " ") ?? "";
const all = (selector: string) => [...document.querySelectorAll(selector)];

describe("the page of a study", () => {
  it("begins with its title, its answer, its level of truth and its figures with their intervals", () => {
    expect(textOf("h1")).toBe(study.title);
    expect(textOf(".lead")).toBe(study.lead);
    expect(textOf(".badge")).toBe(`Truth ${study.truth}`);
    expect(all(".card").map((card) => card.textContent)).toEqual([
      "Rounds with their updates, quorum96.2 %95 % interval [95.1, 97.1]over 10 made seeds",
      "Clients in time, against fedlim+13.8 points95 % interval [12.1, 15.4]over 10 made seeds",
      "Wasted device time, against fedlim-62 %95 % interval [-70, -55]over 10 made seeds",
      "Mean round8.53 minover 10 made seeds",
    ]);
  });

  it("has every section with its figures and its tables", () => {
    const titles = all("h2").map((heading) => heading.textContent);
    expect(titles).toEqual([
      ...study.sections.map(({ title }) => title),
      "How the numbers are defined",
      "How to get this again",
    ]);
    const figures = study.sections.flatMap((section) => section.figures);
    expect(all("figure svg[id^=figure-]").map((svg) => svg.id)).toEqual(figures.map(({ name }) => `figure-${name}`));
    // Two figures of half the width follow each other and share a row.
    expect(all(".pair").map((pair) => pair.querySelectorAll("figure").length)).toEqual([2]);
    const table = study.sections.flatMap(({ tables }) => tables)[0];
    expect(textOf("table caption")).toBe(table?.caption);
    expect(all("tbody tr")).toHaveLength(table?.rows.length ?? 0);
    expect(all("tbody th[scope=row]")).toHaveLength(table?.rows.length ?? 0);
    expect(all("thead th").map((cell) => cell.className)).toEqual(["text", "number", "number"]);
  });

  it("defines what it uses and nothing else, and says how to get it again", () => {
    const terms = all(".definitions dt").map((term) => term.textContent);
    expect(terms).toEqual(
      expect.arrayContaining(["SLO compliance", "Round compliance", "Waste share", "95 % interval"]),
    );
    expect(terms).not.toContain("Coverage");
    expect(textOf("pre")).toBe(madeRun.command);
    expect(textOf("main")).toContain("Seeds1 to 10");
    expect(textOf("main")).toContain("9.8.7");
    expect(document.querySelector("meta[name=generator]")?.getAttribute("content")).toBe("ProbSelect 9.8.7");
  });

  it("shows hostile labels as text only", () => {
    expect(all("script, img, iframe, object, link")).toHaveLength(0);
    const handlers = all("*").flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith("on")));
    expect(handlers).toEqual([]);
    expect(page.includes(HOSTILE)).toBe(false);
    expect(textOf("tbody tr:last-child th")).toBe(HOSTILE);
  });

  it("needs no network and holds no number that is none", () => {
    expect(page.match(/https?:\/\/(?!www\.w3\.org)|url\(|@import/i)).toBeNull();
    expect(all("[src], [href]")).toHaveLength(0);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("of a study without figures of its own is a page, too", () => {
    const bare = renderStudyPage(
      { ...study, headline: [], sections: [], records: [], summary: [] },
      { ...madeRun, seedCount: 1 },
    );
    const { document: bareDocument } = parseHTML(bare);
    expect(bareDocument.querySelectorAll(".card, figure, table")).toHaveLength(0);
    expect(bareDocument.querySelector("main")?.textContent).toContain("Seeds1");
  });
});

describe("the definitions of metrics", () => {
  it("cover every number that a run is reduced to", () => {
    const participation = { jainIndex: 1, giniCoefficient: 0, coverage: 1, groups: [] };
    const names = Object.keys(
      cellMetrics({ rounds: [], participation, reliability: { counts: [], saidSums: [], keptCounts: [] } }, 1),
    );
    expect(metricDefinitions.flatMap((definition) => definition.names).toSorted()).toEqual(names.toSorted());
  });

  it("are found by the name of every metric", () => {
    for (const { term, names } of metricDefinitions) {
      for (const name of names) {
        const named = { ...study, headline: [], summary: [], records: [{ [name]: 1 }] };
        expect(definitionsOf(named).map((definition) => definition.term)).toContain(term);
      }
    }
  });

  it("are found by the names of columns, whatever is put before or after them", () => {
    const named = { ...study, headline: [], summary: [], records: [{ fedlimJainIndexLow: 1, seed: 2 }] };
    expect(definitionsOf(named).map(({ term }) => term)).toEqual(["Jain's index, Gini's coefficient"]);
  });
});
