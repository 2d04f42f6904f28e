import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { clientsFacts } from "../../cli/explain/clients-facts.ts";
import { clientsText } from "../../cli/explain/clients-text.ts";
import { collectRun } from "../../experiments/report/run-data.ts";
import type { JournalRecord } from "../../server/journal/events.ts";
import { noPaint } from "../../server/reporting/paint.ts";
import { cutOffAfter, journalText } from "../support/journal-edits.ts";
import { fixtureClients, HOSTILE_CLIENT, sampleJournal } from "../support/journal-fixture.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { journalIn, jsonOf } from "./explain-journal.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();
const factsOf = (records: readonly JournalRecord[]) => clientsFacts({ journal: "j", run: collectRun(records) });

describe("probselect explain --run without --client", () => {
  it("has a row for each client, and says how to look at one", async () => {
    await writeFile(journalIn(folder), journalText(sampleJournal()));
    const { code, stdout, stderr } = await runCli("explain", "--run", folder.path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    // Selected in five of six rounds, once late; the same forecast in all of them (explain-run.test.ts).
    expect(stdout).toMatch(/^ {2}desktop-2 +Radeon RX 6800 +702 +6 +5 +4 of 5 +89\.2%$/m);
    expect(stdout).toContain(
      "Add --client ID for all rounds of one and why it was or was not selected, as --client datacentre-1.",
    );
    for (const { clientId } of fixtureClients) {
      if (clientId !== HOSTILE_CLIENT) expect(stdout).toMatch(new RegExp(`^ {2}${clientId} `, "m"));
    }
  });

  it("prints the same as one JSON object", async () => {
    await writeFile(journalIn(folder), journalText(sampleJournal()));
    const { stdout } = await runCli("explain", "--run", folder.path, "--json");
    const { clients, ...rest } = jsonOf(stdout);
    expect(rest).toEqual({ journal: journalIn(folder), runName: "demo", runEnd: "completed", plannedRoundCount: 6 });
    expect(clients.map(({ clientId }: { clientId: string }) => clientId)).toEqual(
      fixtureClients.map(({ clientId }) => clientId),
    );
    expect(clients[3]).toEqual({
      clientId: "desktop-2",
      deviceName: "Radeon RX 6800",
      exampleCount: 702,
      forecastRoundCount: 6,
      selectedRoundCount: 5,
      endedRoundCount: 5,
      onTimeRoundCount: 4,
      meanDeadlineProbability: expect.closeTo(0.892, 3),
    });
  });

  it("counts a client's round as ended only where the journal has its end", () => {
    const cut = cutOffAfter(
      sampleJournal(),
      (record) => record.type === "client-ended" && record.round === 4 && record.outcome.clientId === "desktop-1",
    );
    const { clients } = factsOf(cut);
    expect(clients.find(({ clientId }) => clientId === "jetson-1")).toMatchObject({
      selectedRoundCount: 4,
      endedRoundCount: 3,
      onTimeRoundCount: 3,
    });
  });

  it("has no figures before the first round, and no rows before the first client", () => {
    const records = sampleJournal();
    const beforeRounds = records.slice(
      0,
      records.findIndex(({ type }) => type === "round-planned"),
    );
    const { clients } = factsOf(beforeRounds);
    expect(clients[0]).toMatchObject({
      clientId: "datacentre-1",
      forecastRoundCount: 0,
      meanDeadlineProbability: null,
    });
    const text = clientsText(factsOf(beforeRounds), 120, noPaint);
    expect(text).toContain("No round was planned yet.");
    const beforeClients = records.slice(
      0,
      records.findIndex(({ type }) => type === "client-registered"),
    );
    expect(clientsText(factsOf(beforeClients), 120, noPaint)).toContain("No client has registered yet.");
  });

  it("says of how many rounds the columns are", () => {
    const records = sampleJournal();
    const rounds = records.filter(({ type }) => type === "round-planned").length;
    expect(rounds).toBeGreaterThan(1);
    expect(clientsText(factsOf(records), 120, noPaint)).toContain(`Of ${rounds} rounds planned so far: in how many`);
    const first = records.findIndex(({ type }) => type === "round-planned");
    const one = clientsText(factsOf(records.slice(0, first + 1)), 120, noPaint);
    expect(one).toContain("Of 1 round planned so far: in how many");
  });

  it("leaves out what says least where the terminal is narrow, and never what was asked for", () => {
    const facts = factsOf(sampleJournal());
    const head = (width: number) => clientsText(facts, width, noPaint).split("\n")[2]?.trim().split(/ {2,}/);
    expect(head(120)).toEqual(["client", "device", "examples", "forecast", "selected", "on time", "mean p"]);
    expect(head(40)).toEqual(["client", "selected", "on time", "mean p"]);
  });
});
