import { describe, expect, it } from "vitest";
import { clientHistory } from "../../../experiments/report/client-history.ts";
import { clientSummary } from "../../../experiments/report/client-summary.ts";
import { headline } from "../../../experiments/report/headline.ts";
import { collectRun } from "../../../experiments/report/run-data.ts";
import type { JournalRecord } from "../../../server/journal/events.ts";
import { cutOffAfter, joiningAfter, withoutClient, withPlan } from "../../support/journal-edits.ts";
import { fixtureClients, HOSTILE_CLIENT, sampleJournal } from "../../support/journal-fixture.ts";

const historyOf = (clientId: string, records: readonly JournalRecord[] = sampleJournal()) =>
  clientHistory(records, collectRun(records), clientId);
const standingsOf = (clientId: string, records?: readonly JournalRecord[]) =>
  historyOf(clientId, records).rounds.map(({ standing }) => standing);

describe("clientHistory", () => {
  it("has every planned round with the decision, the end and what the work was good for", () => {
    // desktop-2 is late in round 2, nobody is selected in round 5.
    const standings = standingsOf("desktop-2");
    expect(standings.map((item) => item.kind === "candidate" && item.decision.selected)).toEqual([
      ...[true, true, true, true, false, true],
    ]);
    expect(standings.map((item) => item.kind === "candidate" && item.outcome?.status)).toEqual([
      ...["completed", "late", "completed", "completed", undefined, "completed"],
    ]);
    expect(standings.map((item) => item.kind === "candidate" && item.use)).toEqual([
      ...["useful", "wasted", "useful", "useful", null, "useful"],
    ]);
  });

  it("counts a completed client's work as wasted in a failed round, and as undecided where the journal ends before", () => {
    const failed = sampleJournal().map((record): JournalRecord => {
      if (record.type !== "round-finished" || record.outcome.round !== 1) return record;
      return { ...record, outcome: { ...record.outcome, status: "failed" } };
    });
    expect(standingsOf("desktop-1", failed)[0]).toMatchObject({ outcome: { status: "completed" }, use: "wasted" });
    const cut = cutOffAfter(
      sampleJournal(),
      (record) => record.type === "client-ended" && record.round === 2 && record.outcome.clientId === "desktop-2",
    );
    expect(standingsOf("desktop-1", cut)[1]).toMatchObject({ outcome: { status: "completed" }, use: "undecided" });
    expect(standingsOf("desktop-2", cut)[1]).toMatchObject({ outcome: { status: "late" }, use: "wasted" });
    expect(standingsOf("jetson-2", cut)[1]).toMatchObject({ outcome: null, use: null });
  });

  it("knows of a client that registered after the plan, by how long, and under which registration it was planned", () => {
    const { rounds, registration } = historyOf("jetson-1", joiningAfter(sampleJournal(), "jetson-1", 2));
    // The fixture's records are one second apart.
    expect(rounds[1]).toMatchObject({
      registration: null,
      standing: { kind: "absent", absence: { cause: "registered-later", secondsAfterPlan: 1 } },
    });
    expect(rounds[2]?.standing.kind).toBe("candidate");
    expect(rounds[2]?.registration).toEqual(registration);
  });

  it("knows of a client whose connection had ended, until it registers again", () => {
    const gone = withoutClient(sampleJournal(), "datacentre-2", [4, 5]);
    expect(standingsOf("datacentre-2", gone)[3]).toEqual({
      kind: "absent",
      absence: { cause: "disconnected", secondsBeforePlan: 1, disconnection: "transport close" },
    });
    const registration = gone.find((record) => record.type === "client-registered");
    const again = gone.flatMap((record) =>
      record.type === "round-planned" && record.plan.round === 5 && registration
        ? [{ ...registration, clientId: "datacentre-2" }, record]
        : [record],
    );
    expect(standingsOf("datacentre-2", again)[4]).toEqual({ kind: "absent", absence: { cause: "not-connected" } });
  });

  it("knows of a client that could not be forecast", () => {
    const records = withPlan(withoutClient(sampleJournal(), "jetson-1", [3]), 3, (plan) => {
      return { ...plan, unforecastable: [{ clientId: "jetson-1", reason: "Its bandwidth is no number." }] };
    });
    expect(standingsOf("jetson-1", records)[2]).toEqual({
      kind: "unforecastable",
      reason: "Its bandwidth is no number.",
    });
  });

  it("has a client without any trace as absent everywhere", () => {
    expect(historyOf("nobody").registration).toBeNull();
    expect(standingsOf("nobody")).toEqual(
      Array.from({ length: 6 }, () => ({ kind: "absent", absence: { cause: "not-connected" } })),
    );
  });
});

describe("clientSummary", () => {
  it("sets what was promised beside what was kept, in the rounds whose end is known", () => {
    const summary = clientSummary(historyOf("desktop-2"));
    const { meanDeadlineProbability, usefulDeviceSeconds, wastedDeviceSeconds, ...counts } = summary;
    expect(counts).toEqual({
      plannedRoundCount: 6,
      selectedRoundCount: 5,
      endedRoundCount: 5,
      onTimeRoundCount: 4,
      surplusRoundCount: 0,
      scoredRoundCount: 5,
      onTimeShare: 0.8,
      undecidedDeviceSeconds: 0,
      mostFrequentReason: { code: "below-probability", rounds: [5] },
    });
    const [first] = historyOf("desktop-2").rounds;
    const said = first?.standing.kind === "candidate" ? first.standing.decision.forecast.deadlineProbability : 0;
    expect(meanDeadlineProbability).toBeCloseTo(said, 12);
    // Late in round 2: the 20 s of the deadline less half of its 0.9 s of transfers.
    expect(wastedDeviceSeconds).toBeCloseTo(19.55, 9);
    expect(usefulDeviceSeconds).toBeGreaterThan(0);
  });

  it("scores no promise by a round that failed, or that closed before the client was done", () => {
    // desktop-1 refuses in round 4; jetson-2 is surplus in round 6.
    expect(clientSummary(historyOf("desktop-1"))).toMatchObject({
      ...{ endedRoundCount: 5, onTimeRoundCount: 4, surplusRoundCount: 0, scoredRoundCount: 4, onTimeShare: 1 },
    });
    const { endedRoundCount, surplusRoundCount, scoredRoundCount } = clientSummary(historyOf("jetson-2"));
    expect({ endedRoundCount, surplusRoundCount, scoredRoundCount }).toEqual({
      ...{ endedRoundCount: 5, surplusRoundCount: 1, scoredRoundCount: 4 },
    });
  });

  it("names the most frequent reason, absences and missing forecasts among them", () => {
    expect(clientSummary(historyOf("satellite-2")).mostFrequentReason).toEqual({
      code: "transfer-exceeds-deadline",
      rounds: [1, 2, 3, 4, 5, 6],
    });
    const late = clientSummary(historyOf("jetson-1", joiningAfter(sampleJournal(), "jetson-1", 3)));
    expect(late.mostFrequentReason).toEqual({ code: "not-connected", rounds: [1, 2, 3] });
  });

  it("has no share and no mean where nothing ended", () => {
    const cut = cutOffAfter(sampleJournal(), ({ type }) => type === "round-planned");
    expect(clientSummary(historyOf("desktop-2", cut))).toMatchObject({
      selectedRoundCount: 1,
      endedRoundCount: 0,
      meanDeadlineProbability: null,
      onTimeShare: null,
      mostFrequentReason: null,
    });
  });

  it("adds up to the run's own figures over all clients", () => {
    const records = sampleJournal();
    const run = collectRun(records);
    const summaries = fixtureClients.map(({ clientId }) => clientSummary(clientHistory(records, run, clientId)));
    const sum = (pick: (summary: (typeof summaries)[number]) => number) =>
      summaries.reduce((total, summary) => total + pick(summary), 0);
    const whole = headline(run);
    expect(sum(({ selectedRoundCount }) => selectedRoundCount)).toBe(whole.selectedCount);
    expect(sum(({ onTimeRoundCount }) => onTimeRoundCount)).toBe(whole.completedCount);
    expect(sum(({ wastedDeviceSeconds }) => wastedDeviceSeconds)).toBeCloseTo(whole.wastedDeviceSeconds, 9);
    expect(sum(({ usefulDeviceSeconds }) => usefulDeviceSeconds)).toBeCloseTo(whole.usefulDeviceSeconds, 9);
    expect(summaries.find((_, index) => fixtureClients[index]?.clientId === HOSTILE_CLIENT)?.wastedDeviceSeconds).toBe(
      1.7,
    );
  });
});
