// The report as a whole: it parses, holds every figure and number, says nothing that a client wrote as markup, and needs no network.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { headline } from "../../../experiments/report/headline.ts";
import { renderRunReport, runFigures } from "../../../experiments/report/render-run-report.ts";
import { collectRun } from "../../../experiments/report/run-data.ts";
import { truthOf } from "../../../experiments/report/truth.ts";
import { writeReport } from "../../../experiments/report/write-report.ts";
import type { JournalRecord } from "../../../server/journal/events.ts";
import {
  fixtureClients,
  HOSTILE_CLIENT,
  HOSTILE_REASON,
  sampleComparison,
  sampleJournal,
} from "../../support/journal-fixture.ts";

const records = sampleJournal();
const comparison = sampleComparison();
const page = renderRunReport(records, { comparison });
const { document } = parseHTML(page);
const textOf = (selector: string) => document.querySelector(selector)?.textContent?.replace(/\s+/g, " ") ?? "";
const figureNames = [
  "forecast-and-actual",
  "selection",
  "device-seconds",
  "compliance",
  "reliability",
  "accuracy",
  "loss",
];

describe("the run report", () => {
  it("begins with the run's figures, beside those of the other policy", () => {
    expect(textOf("h1")).toBe("demo");
    const cards = [...document.querySelectorAll(".card")].map((card) => card.textContent?.replace(/\s+/g, " "));
    expect(cards).toEqual([
      "Test accuracy95.7%loss 0.0516 on 10,000 test examples",
      // 8 + 6 + 7 + 6 + 0 + 7 of five times 8
      "SLO compliance85.0%34 of 40 selected delivered in timefedlim: 68.8%",
      // 21.25 + 9.2 + 19.55 + 13.2 wasted
      "Wasted device time63.2 s19.2% of 5 min 30 sfedlim: 3 min",
      "Rounds61 of them failed, in 61.5 s of real time",
    ]);
  });

  it.each(figureNames)("has the figure %s with a title, a description and readable text", (name) => {
    const svg = document.querySelector(`#figure-${name}`);
    expect(svg?.getAttribute("role")).toBe("img");
    expect(svg?.querySelector("title")?.textContent).toBeTruthy();
    expect(svg?.querySelector("desc")?.textContent).toMatch(/\d/);
    expect(svg?.querySelectorAll("text").length).toBeGreaterThan(5);
    expect(svg?.outerHTML).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("has a cell for every client and round in the selection figure, with its probability", () => {
    const texts = [...document.querySelectorAll("#figure-selection text")].map((text) => text.textContent);
    expect(texts.filter((text) => text?.startsWith("99.3%"))).toHaveLength(6);
    for (const word of ["late", "surplus", "failed", "vanished", "refused"]) {
      expect(texts.some((text) => text?.endsWith(word))).toBe(true);
    }
  });

  it("has a row for every candidate of every round, with the reason", () => {
    expect(document.querySelectorAll("#rounds tbody tr")).toHaveLength(6 * fixtureClients.length);
    expect(textOf("#rounds")).toContain("transfers alone take 21.5 s of 20 s");
    expect(textOf("#rounds")).toContain("Round 5 failed: no client was selected");
    expect(textOf("#rounds")).toContain("no update by the deadline of 20 s");
    expect(textOf("#rounds")).toContain("The round closed after 14.4 s with the 7 updates that it waited for.");
    expect(document.querySelectorAll("#rounds .status.surplus")).toHaveLength(1);
  });

  it("shows the fleet, the incidents, the definitions and the provenance", () => {
    expect(document.querySelectorAll("#fleet tbody tr")).toHaveLength(fixtureClients.length);
    expect(textOf("#fleet")).toContain("100 Mbit/s");
    expect(textOf("#fleet")).toContain("not in the catalogue");
    expect(textOf("#incidents")).toContain("datacentre-2 disconnected: its connection broke");
    expect(textOf("#incidents")).not.toContain("surplus");
    expect(textOf("#incidents")).toContain("not registered message refused (protocol.malformed-message)");
    expect(textOf("#definitions")).toContain("Completed / selected, over all rounds");
    expect(textOf("#provenance")).toContain("0.1.0");
    expect(textOf("#provenance")).toContain('"deadlineSeconds": 20');
  });

  it("names the truth of its durations on the figures that show durations", () => {
    for (const name of ["forecast-and-actual", "device-seconds"]) {
      expect(textOf(`#figure-${name}`)).toMatch(/emulated ?devices, ?not ?measured/);
    }
    expect(textOf("#provenance")).toContain("No duration in this report was measured");
  });

  it("shows hostile names and reasons as text only", () => {
    expect(document.querySelectorAll("script, img, iframe, object, link")).toHaveLength(0);
    const elements = [...document.querySelectorAll("*")];
    const handlers = elements.flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith("on")));
    expect(handlers).toEqual([]);
    expect(textOf("#rounds")).toContain(HOSTILE_CLIENT);
    expect(textOf("#rounds")).toContain(HOSTILE_REASON);
    expect(page.includes(HOSTILE_CLIENT)).toBe(false);
    expect(page.includes("<b>Ti</b>")).toBe(false);
  });

  it("needs no network: no address, no import, no font", () => {
    expect(page.match(/https?:|url\(|@import/i)).toBeNull();
    expect(document.querySelectorAll("[src], [href]")).toHaveLength(0);
  });
});

describe("reports of unusual runs", () => {
  const upTo = (isEnd: (record: JournalRecord) => boolean) => records.slice(0, records.findIndex(isEnd));

  it("a run that was cut off in a round is reported as far as it went", () => {
    const cut = upTo((record) => record.type === "client-ended" && record.round === 3);
    const { document: report } = parseHTML(renderRunReport(cut));
    expect(report.querySelector("header .warning")?.textContent).toContain("The journal breaks off");
    expect(report.querySelector("#rounds")?.textContent).toContain("the journal breaks off in this round");
    expect(headline(collectRun(cut)).finishedRounds).toBe(2);
  });

  it("a run without any round has a report without figures", () => {
    const text = renderRunReport(upTo((record) => record.type === "round-planned"));
    expect(parseHTML(text).document.querySelectorAll("figure")).toHaveLength(0);
  });

  it("a run in which nobody was ever selected has figures without a value", () => {
    const lonely = records.filter((record) => {
      if (record.type === "round-planned") return record.plan.round === 5;
      return (
        record.type === "run-started" ||
        record.type === "client-registered" ||
        (record.type === "round-finished" && record.outcome.round === 5)
      );
    });
    expect(headline(collectRun(lonely))).toMatchObject({ sloCompliance: null, wastedShare: null });
    expect(renderRunReport(lonely)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("a round whose clients all completed or were surplus went well, so that its table stays closed", () => {
    const open = [...document.querySelectorAll("#rounds details")].map((round) => round.hasAttribute("open"));
    // The first, and those with a late, failed, vanished or refused client or without any; not the sixth.
    expect(open).toEqual([true, true, true, true, true, false]);
  });

  it("a client that was asked for less says so in its row", () => {
    const lessWork = records.map((record) => {
      if (record.type !== "round-planned") return record;
      const decisions = record.plan.decisions.map((decision) => ({
        ...decision,
        work: { exampleCount: 1320, epochs: 1 },
      }));
      return { ...record, plan: { ...record.plan, decisions } };
    });
    expect(renderRunReport(lessWork)).toContain("Asked for 1,320 examples, 1 epoch.");
  });

  it("a client without a forecast is an incident once, and again when the reason is another", () => {
    const reasons = ["its uplink is 0", "its uplink is 0", "its uplink is 0.5", "its uplink is 0", "its uplink is 0"];
    const left = records.map((record) => {
      const reason = record.type === "round-planned" ? reasons[record.plan.round - 1] : undefined;
      if (record.type !== "round-planned" || reason === undefined) return record;
      return { ...record, plan: { ...record.plan, unforecastable: [{ clientId: "odd", reason }] } };
    });
    const texts = collectRun(left).incidents.flatMap(({ clientId, text }) => (clientId === "odd" ? [text] : []));
    expect(texts).toEqual([
      "left out without a forecast from round 1 on: its uplink is 0",
      "left out without a forecast from round 3 on: its uplink is 0.5",
      "left out without a forecast from round 4 on: its uplink is 0",
    ]);
  });

  it("a client that registered without a forecast is marked in the fleet", () => {
    const registered = records.map((record) =>
      record.type === "client-registered" ? { ...record, unforecastable: "Its uplink is 0." } : record,
    );
    const { document: report } = parseHTML(renderRunReport(registered));
    expect(report.querySelector("#fleet .warning")?.textContent).toBe("Never selected. Its uplink is 0.");
  });

  it("records without a start are refused", () => {
    expect(() => renderRunReport(records.slice(1))).toThrowError(/none of type "run-started"/);
  });

  it("a run on the wall clock with real devices says that its durations are measured", () => {
    const real = records.map((record): JournalRecord => {
      if (record.type === "run-started") return { ...record, clock: { kind: "wall" } };
      return record.type === "client-registered" ? { ...record, emulated: false } : record;
    });
    expect(truthOf(collectRun(real)).name).toBe("measured on the real clients");
  });
});

describe("writeReport", () => {
  it("writes the page and each figure as an SVG file that stands alone", async () => {
    const directory = await mkdtemp(join(tmpdir(), "probselect-write-report-"));
    try {
      const written = await writeReport(directory, records, { comparison });
      expect(await readFile(written.report, "utf8")).toBe(page);
      expect((await readdir(join(directory, "figures"))).sort()).toEqual(
        figureNames.map((name) => `${name}.svg`).sort(),
      );
      for (const path of written.figures) {
        const svg = await readFile(path, "utf8");
        expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
        expect(svg).not.toContain("var(--");
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("draws the same figures from the same journal, byte for byte", () => {
    const run = collectRun(records);
    expect(runFigures(run, { comparison })).toEqual(runFigures(run, { comparison }));
  });
});
