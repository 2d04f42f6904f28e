import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { JournalRecord } from "../../server/journal/events.ts";
import { cutOffAfter, joiningAfter, journalText, withoutClient, withPlan } from "../support/journal-edits.ts";
import { fixtureClients, HOSTILE_CLIENT, sampleJournal } from "../support/journal-fixture.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const jsonOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
const folder = temporaryFolder();
let journal: string;

beforeEach(() => {
  journal = join(folder.path, "journal.ndjson");
});

async function explain(records: readonly JournalRecord[], client: string, ...more: string[]) {
  await writeFile(journal, journalText(records));
  return await runCli("explain", "--run", journal, "--client", client, ...more);
}

describe("probselect explain --run", () => {
  it("has a row for each round, and sets what was promised beside what was kept", async () => {
    const { code, stdout, stderr } = await explain(sampleJournal(), "desktop-2");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const rows = stdout.split("\n").filter((line) => /^ +\d+ {2}probselect/.test(line));
    expect(rows).toHaveLength(6);
    // 0.9 s of transfers and 8.9 s of compute; P(eta >= 0.08 * 8.9 / 19.1) by the fixture's logistic law: 89.2 %.
    expect(rows[1]).toMatch(/2 {2}probselect {2}89\.2% +9\.80 s +20 s {2}selected {2}p ≥ 80% +late +>20\.0 s +19\.6 s/);
    expect(rows[4]).toMatch(/5 {2}probselect {2}89\.2% +9\.80 s +20 s {2}skipped +p < 100% {2}– +– +– {2}–$/);
    expect(stdout).toMatch(/selected +in 5 of 6 rounds/);
    expect(stdout).toMatch(/on time +in 4 of 5\n/);
    expect(stdout).toMatch(/promised +89\.2% on average, and 80\.0% kept \(5 rounds, completed or late\)/);
    expect(stdout).toMatch(/wasted +19\.6 s of /);
    expect(stdout).toMatch(/left out +most often for "p < 100%": in 1 of 1/);
  });

  it("prints the same as one JSON object", async () => {
    const { stdout } = await explain(sampleJournal(), "desktop-2", "--json");
    const { rounds, ...rest } = jsonOf(stdout);
    expect(rest).toMatchObject({
      journal,
      runName: "demo",
      runEnd: "completed",
      client: { clientId: "desktop-2", tier: "catalogue-other", isEmulated: true, exampleCount: 702 },
      summary: { plannedRoundCount: 6, selectedRoundCount: 5, onTimeRoundCount: 4, onTimeShare: 0.8 },
    });
    expect(rounds.map(({ round }: { round: number }) => round)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rounds[1]).toMatchObject({
      policy: "probselect",
      deadlineSeconds: 20,
      minimumProbability: 0.8,
      isProbabilityAskedFor: true,
      standing: "selected",
      reasonCode: "selected",
      expectedSeconds: expect.closeTo(9.8, 9),
      outcome: { status: "late", latencySeconds: 20 },
      deviceSeconds: expect.closeTo(19.55, 9),
      deviceTimeUse: "wasted",
      roundStatus: "aggregated",
    });
    expect(rounds[4]).toMatchObject({ standing: "skipped", reasonCode: "below-probability", outcome: null });
  });

  it("takes the folder of a journal, and skips a torn last line with a warning", async () => {
    await writeFile(journal, `${journalText(sampleJournal())}{"type":"client-re`);
    const { code, stdout, stderr } = await runCli("explain", "--run", folder.path, "--client", "jetson-1");
    expect(code).toBe(0);
    expect(stdout).toContain("Client jetson-1 in run demo");
    expect(stderr).toContain("the last line is incomplete");
  });

  it("says where a journal ends that has no end, and what is not known for that", async () => {
    const cut = cutOffAfter(
      sampleJournal(),
      (record) => record.type === "client-ended" && record.round === 4 && record.outcome.clientId === "desktop-1",
    );
    const { code, stdout } = await explain(cut, "jetson-1");
    expect(code).toBe(0);
    expect(stdout).toContain("The journal ends in round 4: the run was cut off, or it is still running.");
    expect(stdout).toMatch(/4 {2}probselect .* selected {2}p ≥ 80% {2}not known/);
    expect(stdout).toMatch(/on time +in 3 of 3, the end of 1 not known/);
    const { runEnd, roundOutcome, outcome } = jsonOf((await explain(cut, "jetson-1", "--round", "4", "--json")).stdout);
    expect({ runEnd, roundOutcome, outcome }).toEqual({ runEnd: null, roundOutcome: null, outcome: null });
    const round = (await explain(cut, "jetson-1", "--round", "4")).stdout;
    expect(round).toContain("It was asked to train, and the journal ends before it did");
    expect(round).toContain("The round was planned but not finished");
  });

  it("says that no round was planned where none was", async () => {
    const before = cutOffAfter(sampleJournal(), ({ type }) => type === "message-refused");
    expect((await explain(before, "jetson-1")).stdout).toContain("No round was planned yet.");
    const { code, stderr } = await explain(before, "jetson-1", "--round", "1");
    expect(code).toBe(2);
    expect(stderr).toContain("The run has not planned a round yet");
  });

  it("shows names and reasons from outside as harmless text", async () => {
    const wicked = sampleJournal().map((record): JournalRecord => {
      if (record.type !== "client-ended" || record.outcome.status !== "failed") return record;
      return { ...record, outcome: { ...record.outcome, reason: "\u001b[31mred\u001b[0m\nsecond line" } };
    });
    const cut = cutOffAfter(wicked, (record) => record.type === "client-ended" && record.outcome.status === "failed");
    const { stdout } = await explain(cut, HOSTILE_CLIENT, "--round", "2");
    expect(stdout).toContain(`Client ${HOSTILE_CLIENT} in round 2 of run demo: selected, failed`);
    expect(stdout).toContain("Failed after 2.1 s of the 20 s allowed: red second line");
    expect(stdout).not.toContain("\u001b");
  });
});

describe("probselect explain --run --round", () => {
  it("explains a skipped client: forecast, reason, place, and the deadline that would have sufficed", async () => {
    const { code, stdout } = await explain(sampleJournal(), "satellite-1", "--round", "3");
    expect(code).toBe(0);
    for (const words of [
      "Client satellite-1 in round 3 of run demo: skipped",
      "Jetson Xavier NX 8 GB (edge, Fixture)",
      "tier catalogue-nvidia: catalogue row, specs only",
      "100 Mbit/s down, 20 Mbit/s up, 30 ms round trip",
      "lenet5 (61,706 parameters): 480 examples x 1 epoch(s) in batches of 32, 15 steps",
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
      journal,
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
    expect(set).toContain("320 of its 1,450 examples x 2 epoch(s) in batches of 32, 20 steps");
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

describe("the two forms of probselect explain", () => {
  const device = ["--device", "tx2", "--examples", "5", "--deadline-seconds", "3"];

  it.each([
    [
      "a run and a device",
      ["--run", "x", "--client", "a", "--epochs", "2"],
      "--run, --client ask about a run, --epochs",
    ],
    [
      "a device and a round",
      [...device, "--round", "1"],
      "--round asks about a run, --device, --examples, --deadline-",
    ],
    ["a client without a run", ["--client", "a"], "--client needs --run LOG, the journal of the run."],
    [
      "neither",
      [],
      "Give --device NAME --examples N --deadline-seconds S to ask about a device, or --run LOG --client ID",
    ],
    ["no deadline", device.slice(0, 4), "Missing required argument: deadline-seconds."],
    ["round 0", ["--run", "x", "--client", "a", "--round", "0"], "--round must be a whole number from 1, not 0."],
    [
      "half a round",
      ["--run", "x", "--client", "a", "--round", "1.5"],
      "--round must be a whole number from 1, not 1.5.",
    ],
  ])("refuses %s as wrong usage", async (_, wrong, words) => {
    const { code, stdout, stderr } = await runCli("explain", ...wrong);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
    expect(stderr).toContain("[cli.wrong-usage]");
  });

  it("suggests the client that was meant, and lists the run's clients", async () => {
    const { code, stdout, stderr } = await explain(sampleJournal(), "jetson1");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('The run has no client "jetson1". Did you mean "jetson-1"?');
    for (const { clientId } of fixtureClients) expect(stderr).toContain(clientId);
    const unnamed = await runCli("explain", "--run", journal);
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toMatch(/--run needs --client ID\. Its clients are datacentre-1, /);
  });

  it("suggests the round that was meant, and says which there are", async () => {
    const { code, stderr } = await explain(sampleJournal(), "jetson-1", "--round", "66");
    expect(code).toBe(2);
    expect(stderr).toContain("The run has no round 66. Did you mean 6? It planned rounds 1 to 6.");
  });

  it("exits 1 where there is no journal, and says what to give", async () => {
    await mkdir(join(folder.path, "empty"));
    for (const [path, words] of [
      [join(folder.path, "nowhere"), /The journal ".*nowhere" does not exist\. Give the journal that /],
      [join(folder.path, "empty"), /The folder ".*empty" has no journal: ".*journal\.ndjson" does not exist\. /],
    ] as const) {
      const { code, stderr } = await runCli("explain", "--run", path, "--client", "a");
      expect(code).toBe(1);
      expect(stderr).toMatch(words);
      expect(stderr).toContain("[server.malformed-journal]");
    }
  });

  it("shows both in its help, each with examples", async () => {
    const { stdout } = await runCli("explain", "--help");
    for (const words of ["A device that you describe:", "A client of a run:", "--run runs/demo --client jetson-2"]) {
      expect(stdout).toContain(words);
    }
    expect(stdout.replace(/\s+/g, " ")).toContain("Probability with which it must be met [number] [default: 0.8]");
  });
});
