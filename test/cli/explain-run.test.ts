import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../server/journal/events.ts";
import { cutOffAfter, journalText } from "../support/journal-edits.ts";
import { fixtureClients, HOSTILE_CLIENT, sampleJournal } from "../support/journal-fixture.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { explainIn, journalIn, jsonOf } from "./explain-journal.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();
const explain = (records: readonly JournalRecord[], client: string, ...more: string[]) =>
  explainIn(folder, records, client, ...more);

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
      journal: journalIn(folder),
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
    await writeFile(journalIn(folder), `${journalText(sampleJournal())}{"type":"client-re`);
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
      "Give --device NAME --examples N --deadline-seconds S to ask about a device, or --run LOG [--client ID]",
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
    const unnamed = await runCli("explain", "--run", journalIn(folder), "--round", "2");
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toMatch(/--round needs --client ID\. Its clients are datacentre-1, /);
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
    for (const words of ["A device that you describe:", "The clients of a run:", "--run runs/demo --client jetson-2"]) {
      expect(stdout).toContain(words);
    }
    expect(stdout.replace(/\s+/g, " ")).toContain("Probability with which it must be met [number] [default: 0.8]");
  });
});
