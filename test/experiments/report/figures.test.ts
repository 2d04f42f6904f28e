import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { clientRows, MAXIMUM_CLIENT_ROWS, shortName } from "../../../experiments/report/figures/client-rows.ts";
import { createFigure, HALF_WIDTH, standaloneSvg } from "../../../experiments/report/figures/figure.ts";
import { forecastFigure } from "../../../experiments/report/figures/forecast-and-actual.ts";
import { palette } from "../../../experiments/report/figures/palette.ts";
import { roundTicks } from "../../../experiments/report/figures/round-axis.ts";
import { selectionFigure } from "../../../experiments/report/figures/selection-matrix.ts";
import { collectRun, type RunData } from "../../../experiments/report/run-data.ts";
import { sampleJournal } from "../../support/journal-fixture.ts";

const run = collectRun(sampleJournal());

/** The fixture's run with every client ten times. */
function largeRun(): RunData {
  return {
    ...run,
    rounds: run.rounds.map((round) => ({
      ...round,
      clients: round.clients.flatMap((client) =>
        Array.from({ length: 10 }, (_, copy) => ({ ...client, clientId: `${client.clientId}#${copy}` })),
      ),
    })),
  };
}

describe("the axis of rounds", () => {
  it("labels every round while they fit, then every second, third, ... from the first", () => {
    expect(roundTicks([1, 2, 3], 3)).toEqual([1, 2, 3]);
    expect(roundTicks([1, 2, 3, 4, 5, 6], 3)).toEqual([1, 3, 5]);
    // ceil(100 / 14) = 8
    expect(roundTicks(Array.from({ length: 100 }, (_, index) => index + 1))[1]).toBe(9);
    expect(roundTicks([])).toEqual([]);
  });
});

describe("rows of clients", () => {
  it("are all clients of a small fleet, in their order", () => {
    expect(clientRows(run).map(({ clientId }) => clientId)).toEqual(run.registrations.map(({ clientId }) => clientId));
  });

  it("of a large fleet are those that were selected most often", () => {
    const rows = clientRows(largeRun());
    expect(rows).toHaveLength(MAXIMUM_CLIENT_ROWS);
    expect(rows.every(({ everSelected }) => everSelected)).toBe(true);
    expect(forecastFigure(largeRun(), "fixture")?.svg).toContain("Shown: the 40 clients");
  });

  it("have names that fit", () => {
    expect(shortName("datacentre-1-rack-7", 12)).toBe("datacentre-…");
    expect(shortName("jetson-1", 12)).toBe("jetson-1");
  });
});

describe("figures", () => {
  it("draw a mark for each ended client of each round: circles, triangles for late and surplus, crosses for the others", () => {
    const { document } = parseHTML(forecastFigure(run, "fixture")?.svg ?? "");
    const titles = [...document.querySelectorAll("title")].map((title) => title.textContent ?? "");
    const ofStatus = (status: string) => titles.filter((title) => title.includes(`: ${status}, `)).length;
    // From the fixture: 34 of 40 completed, 2 late, and one of each other end.
    const statuses = ["completed", "late", "surplus", "failed", "unresponsive", "refused"];
    expect(statuses.map(ofStatus)).toEqual([34, 2, 1, 1, 1, 1]);
    expect(titles.find((title) => title.includes(": surplus, "))).toContain(
      "jetson-2, round 6: surplus, later than 14.4 s",
    );
    expect(document.querySelector("desc")?.textContent).toContain("34 completed, 2 late, 1 surplus, 1 failed");
  });

  it("say in every cell what the policy decided and why", () => {
    const { document } = parseHTML(selectionFigure(run)?.svg ?? "");
    const titles = [...document.querySelectorAll("title")].map((title) => title.textContent ?? "");
    expect(titles).toContain("satellite-2, round 1: skipped; transfers alone take 21.5 s of 20 s");
    expect(titles.filter((title) => title.includes(", round "))).toHaveLength(60);
  });

  it("have notes of wide letters wrapped before the edge", () => {
    const note = "MMMM WWWW ".repeat(30).trim();
    const { svg } = createFigure({
      ...{ name: "wide", title: "wide", note, description: "" },
      plot: { width: HALF_WIDTH, height: 100, marks: [] },
    });
    const lines = [...svg.matchAll(/>((?:MMMM|WWWW)[^<]*)</g)].map(([, line = ""]) => line);
    expect(lines.join(" ")).toBe(note);
    // M is 10.0 px wide in Arial at 12 px, W 11.3: 4 of them and a space are 43 and 49 px, so that 468 px hold ten words.
    for (const line of lines) expect(line.split(" ").length).toBeLessThanOrEqual(10);
  });

  it("as files carry their own colours and stay valid XML with hostile text", () => {
    const figure = createFigure({
      name: "test",
      title: `<b>"title"</b>`,
      note: "a & b ".repeat(40),
      description: "it's",
      legend: [{ label: "<i>", colour: "var(--late)", shape: "triangle" }],
      plot: { width: HALF_WIDTH, height: 100, marks: [] },
    });
    const file = standaloneSvg(figure);
    expect(file).toContain(palette.late.light);
    expect(file).not.toContain("var(");
    const { document } = parseHTML(file);
    expect(document.querySelector("svg")?.getAttribute("aria-label")).toBe(`<b>"title"</b>`);
    expect(document.querySelectorAll("b, i")).toHaveLength(0);
  });
});
