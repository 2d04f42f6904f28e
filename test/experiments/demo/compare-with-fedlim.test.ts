import { describe, expect, it } from "vitest";
import { candidatesOf, compareWithFedLim, demoTruth } from "../../../experiments/demo/compare-with-fedlim.ts";
import { deviceSecondsSpent } from "../../../experiments/replay/replay-policy.ts";
import { collectRun } from "../../../experiments/report/run-data.ts";
import { sampleJournal, toRecords } from "../../support/journal-fixture.ts";

/** The sample's clients that the catalogue knows: emulation needs a known device. */
const events = sampleJournal().filter((event) => event.type !== "client-registered" || event.device.kind === "known");
const run = collectRun(toRecords(events));
const known = new Set(run.registrations.map(({ clientId }) => clientId));

describe("FedLim beside the demo", () => {
  it("chooses as many clients a round as the run did, or one where it chose nobody", () => {
    const replay = compareWithFedLim(events, 1, 250_000);
    const sizes = run.rounds.map(({ plan }) =>
      Math.min(known.size, Math.max(1, plan.decisions.filter(({ selected }) => selected).length)),
    );
    expect(replay.policy).toBe("fedlim");
    expect(replay.rounds.map(({ selected }) => selected.length)).toEqual(sizes);
  });

  it("is the same for the same seed and draws other clients for another", () => {
    const chosen = (seed: number) => compareWithFedLim(events, seed, 250_000).rounds.map(({ selected }) => selected);
    expect(chosen(1)).toEqual(chosen(1));
    expect(chosen(1)).not.toEqual(chosen(2));
  });

  it("gives every client the luck that the run's agents had: useful and wasted sum up to what the truth says", () => {
    const replay = compareWithFedLim(events, 1, 250_000);
    const truth = demoTruth(run, 1, 250_000);
    const { deadlineSeconds } = run.started.config.slo;
    const spent = replay.rounds.flatMap(({ round, selected }) =>
      selected.map((clientId) => deviceSecondsSpent(truth(clientId, round), deadlineSeconds)),
    );
    const total = spent.reduce((sum, seconds) => sum + seconds, 0);
    expect(replay.usefulDeviceSeconds + replay.wastedDeviceSeconds).toBeCloseTo(total, 9);
  });

  it("knows how long a client takes for less work", () => {
    const truth = demoTruth(run, 1, 250_000);
    const all = truth("datacentre-1", 1);
    // 1,204 examples in batches of 32 are 38 steps; 320 are 10.
    const less = truth("datacentre-1", 1, { exampleCount: 320, epochs: 1 });
    expect(less.computeSeconds / all.computeSeconds).toBeCloseTo(10 / 38, 9);
    expect(less.downloadSeconds).toBe(all.downloadSeconds);
  });

  it("takes the candidates in the run's order, whoever registered first", () => {
    const decisions = run.rounds[0]?.plan.decisions ?? [];
    const order = decisions.map(({ clientId }) => clientId).filter((clientId) => known.has(clientId));
    expect(candidatesOf(run, decisions).map(({ candidate }) => candidate.clientId)).toEqual(order);
  });
});
