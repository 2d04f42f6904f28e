import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../server/journal/events.ts";
import { joiningAfter, withoutClient, withPlan } from "../support/journal-edits.ts";
import { sampleJournal } from "../support/journal-fixture.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { explainIn, journalIn, jsonOf } from "./explain-journal.ts";

const folder = temporaryFolder();
const explain = (records: readonly JournalRecord[], client: string, ...more: string[]) =>
  explainIn(folder, records, client, ...more);

describe("probselect explain --run --round", () => {
  it("explains a skipped client: forecast, reason, place, and the deadline that would have sufficed", async () => {
    const { code, stdout } = await explain(sampleJournal(), "satellite-1", "--round", "3");
    expect(code).toBe(0);
    for (const words of [
      "Client satellite-1 in round 3 of run demo: skipped",
      "Jetson Xavier NX 8 GB (edge, Fixture)",
      "tier catalogue-nvidia: catalogue row, specs only",
      "100 Mbit/s down, 20 Mbit/s up, 30 ms round trip",
      "lenet5 (61,706 parameters): 480 examples x 1 epoch in batches of 32, 15 steps",
      // 6.1 s of transfers and 17 s of compute: shares of 3.05 / 23.1 and 17 / 23.1, of 224 eighths 30 and 165.
      "download              3.05 s   13.2 %  ███▊",
      "compute                 17 s   73.6 %  ████████████████████▋",
      "total                 23.1 s  past the 20 s allowed",
      "asked for: 80.0 %",
      "The choice of probselect",
      "Skipped: p = 0.213 < 0.8",
      "It was the 9th most probable of 10 candidates; 8 were selected, the least probable of them with 81.8 %.",
      // 6.1 + 17 / (1 - 0.8416 * 0.29) = 6.1 + 22.49, and a little less for a law without negative utilisations.
      "From a deadline of 28.6 s on, instead of 20 s, it would have had the 80.0 % asked for.",
      "It was not asked to train.",
      // The sum of the eight probabilities: 0.993 + 0.99 + 0.986 + 0.892 + 0.887 + 0.818 + 0.877 + 0.92.
      "The round aggregated 7 of 8 updates (7.36 expected in time) in",
    ]) {
      expect(stdout).toContain(words);
    }
  });

  it("explains a selected client: how close it was, and what came of it beside the forecast", async () => {
    const { stdout } = await explain(sampleJournal(), "jetson-1", "--round", "3");
    expect(stdout).toContain("Client jetson-1 in round 3 of run demo: selected, completed");
    expect(stdout).toMatch(/It would have had the 80\.0 % asked for down to a deadline of 17\.3 s\./);
    expect(stdout).toMatch(/Completed after 11\.8 s of the 20 s allowed, 11 % less than the 13\.3 s expected\./);
    expect(stdout).toMatch(/The forecast had given 31\.8 % to a round of at most that time\./);
    expect(stdout).toContain("It spent 10.9 s of device time on it, and its update went into the new model.");
    const late = (await explain(sampleJournal(), "jetson-1", "--round", "4")).stdout;
    expect(late).toContain("Late: no update by the deadline of 20 s");
    expect(late).toContain("It spent 19.6 s of device time on it, all wasted.");
  });

  it("explains a surplus client: when the round closed, and for how many updates it had waited", async () => {
    const { stdout } = await explain(sampleJournal(), "jetson-2", "--round", "6");
    expect(stdout).toContain("Client jetson-2 in round 6 of run demo: selected, surplus");
    expect(stdout).toContain("The round was to close with its first 7 updates.");
    expect(stdout).toContain("Surplus: The round closed after 14.4 s with the 7 updates that it waited for.");
  });

  it("prints every fact of it as one JSON object", async () => {
    const { stdout } = await explain(sampleJournal(), "satellite-1", "--round", "3", "--json");
    const facts = jsonOf(stdout);
    expect(facts).toMatchObject({
      journal: journalIn(folder),
      runName: "demo",
      runEnd: "completed",
      client: { clientId: "satellite-1", link: { downlinkBitsPerSecond: 1e8 } },
      round: 3,
      policy: "probselect",
      standing: "skipped",
      reasonCode: "below-probability",
      reason: "p = 0.213 < 0.8",
      selectionNote: null,
      place: { rank: 9, tiedCount: 0, candidateCount: 10, selectedCount: 8 },
      whatIf: { kind: "deadline" },
      outcome: null,
      comparison: null,
      work: { exampleCount: 480, epochs: 1, batchSize: 32, stepCount: 15, isSetByPolicy: false },
      roundOutcome: { status: "aggregated", selectedCount: 8, completedCount: 7 },
    });
    expect(facts.forecast.parts.map(({ name }: { name: string }) => name)).toEqual(["download", "compute", "upload"]);
    // 20 s less 6.1 s of transfers.
    expect(facts.forecast.secondsForCompute).toBeCloseTo(13.9, 9);
    expect(facts.whatIf.deadlineSeconds).toBeGreaterThan(facts.forecast.atMeanUtilisation.totalSeconds);
  });

  it("makes up no deadline for an unknown device, whose law is a mixture", async () => {
    const { stdout } = await explain(sampleJournal(), "lab-unlisted", "--round", "1");
    expect(stdout).toContain('unknown: "Frobnicator 9000 <b>Ti</b>"');
    expect(stdout).toContain("The device could be any of the catalogue");
    expect(stdout).toContain("From which deadline on it has the 80.0 % asked for cannot be told from the journal");
    expect(stdout).toMatch(/less than the 10\.5 s of the catalogue's median\./);
  });

  it("says that a client came later, and by how much", async () => {
    const later = joiningAfter(sampleJournal(), "jetson-1", 2);
    const { code, stdout } = await explain(later, "jetson-1", "--round", "2");
    expect(code).toBe(0);
    expect(stdout).toContain("in round 2 of run demo: not connected");
    expect(stdout).toContain("It was not connected when round 2 was planned: it registered only 1.00 s later.");
    const all = (await explain(later, "jetson-1")).stdout;
    expect(all).toMatch(/1 {2}probselect +– +– +20 s {2}– +not connected {2}–/);
    expect(all).toMatch(/left out +most often for "not connected": in 2 of 3/);
  });

  it("says why a client could not be forecast, what the policy noted, and what work it set", async () => {
    const records = withPlan(withoutClient(sampleJournal(), "jetson-1", [1]), 1, (plan) => ({
      ...plan,
      selectionNote: "Two places were left empty.",
      unforecastable: [{ clientId: "jetson-1", reason: "its bandwidth is 0 B/s." }],
      decisions: plan.decisions.map((decision) => {
        return decision.clientId === "desktop-1" ? { ...decision, work: { exampleCount: 320, epochs: 2 } } : decision;
      }),
    }));
    const one = (await explain(records, "jetson-1", "--round", "1")).stdout;
    expect(one).toContain("in round 1 of run demo: unforecastable");
    expect(one).toContain("It was connected but could not be forecast: its bandwidth is 0 B/s.");
    expect(one).toContain("note Two places were left empty.");
    expect((await explain(records, "jetson-1")).stdout).toContain("round 1: Two places were left empty.");
    const set = (await explain(records, "desktop-1", "--round", "1")).stdout;
    expect(set).toContain("320 of its 1,450 examples x 2 epochs in batches of 32, 20 steps");
    expect(set).toContain("set by the policy for this client");
  });

  it("shows labels, an energy budget and why a client is never selected, where it registered with them", async () => {
    const records = sampleJournal().map((record): JournalRecord => {
      if (record.type !== "client-registered") return record;
      const more = { labels: ["site:berlin", "tier:gold"], energy: { budgetJoules: 2500 } };
      return { ...record, ...more, unforecastable: "Its bandwidth is 0 B/s." };
    });
    const { stdout } = await explain(records, "jetson-1", "--round", "1");
    expect(stdout).toMatch(/labels +site:berlin, tier:gold\n +energy +at most 2\.5 kJ a round/);
    expect(stdout).toMatch(/warning +It is never selected\. Its bandwidth is 0 B\/s\./);
  });

  it("reads journals of old, whose plans and policies tell less", async () => {
    const old = sampleJournal().map((record): JournalRecord => {
      if (record.type === "round-planned") {
        const { forecast: _unknown, ...plan } = record.plan;
        return { ...record, plan };
      }
      if (record.type !== "run-started") return record;
      const { settings: _none, ...selection } = record.config.selection;
      return JSON.parse(JSON.stringify({ ...record, config: { ...record.config, selection } }));
    });
    const { code, stdout } = await explain(old, "jetson-1", "--round", "3");
    expect(code).toBe(0);
    expect(stdout).toMatch(/The round aggregated 7 of 8 updates in 15\.1 s/);
  });

  it("promises nothing of another deadline where the policy does not ask for a probability", async () => {
    const drawn = withPlan(sampleJournal(), 1, (plan) => ({
      ...plan,
      policy: "fedlim",
      decisions: plan.decisions.map((decision) =>
        decision.selected
          ? decision
          : { ...decision, reasonCode: "not-sampled" as const, reason: "Skipped: not drawn." },
      ),
    }));
    const { stdout } = await explain(drawn, "satellite-1", "--round", "1");
    expect(stdout).toContain("P(on time) = 21.3 %; fedlim asks for no minimum");
    expect(stdout).toContain("fedlim asks for no minimum probability");
    expect(stdout).not.toContain("From a deadline of");
  });
});
