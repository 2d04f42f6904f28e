import { describe, expect, it } from "vitest";
import { allPresent } from "../../../experiments/simulation/presence/all-present.ts";
import type { RoundRecord } from "../../../experiments/simulation/types.ts";
import type { BuiltWorld } from "../../../experiments/simulation/world/build-world.ts";
import { findStepModel } from "../../../selection/latency/find-latency-model.ts";
import type { ClientFeedback, RoundFeedback, SelectionPolicy } from "../../../selection/policy/policy.ts";
import { trainingFlop } from "../../../workloads/round-workload.ts";
import { lenetWorkload } from "../../selection/support.ts";
import { choosing, roundsOf, simulationOf } from "./simulation-support.ts";
import { fixedTruth, uniformFleet } from "./support.ts";

/** Four clients of 100 examples on an A100 (250 W), with a model of 250,000 bytes; client i computes 10 i + 10 s. */
const fleet = uniformFleet(4, { groupNames: ["even", "odd"], groups: Uint8Array.of(0, 1, 0, 1) });
const world: BuiltWorld = {
  fleet,
  truth: fixedTruth((client) => ({ downloadSeconds: 1, computeSeconds: 10 * client + 10, uploadSeconds: 2 })),
  stepModel: findStepModel("roofline"),
  presence: allPresent(4),
  workload: lenetWorkload,
  slo: { deadlineSeconds: 25, minimumProbability: 0.8 },
};
/** 4 steps of 32: the whole training of a client. */
const flop = trainingFlop(lenetWorkload, 100);

describe("a round of the simulation", () => {
  it("is recorded with what was of use and what was wasted", () => {
    // 0 arrives at 13 s; 1 at 23 s; 2 is cut off at 25 s: it computed 24 of 30 s and uploaded nothing.
    const record = simulationOf(world, choosing([0, 1, 2])).next();
    const p = simulationOf(world, choosing([0])).next().expectedOnTimeCount;
    expect(record).toEqual({
      ...{ round: 1, startedSeconds: 0, seconds: 25, presentCount: 4 },
      ...{ selectedCount: 3, completedCount: 2, lateCount: 1, surplusCount: 0, lostCount: 0 },
      expectedOnTimeCount: expect.closeTo(3 * p, 12),
      statedRoundProbability: null,
      useful: { deviceSeconds: 30, flop: 2 * flop, joules: 30 * 250, bytes: 2 * 500_000 },
      wasted: { deviceSeconds: 24, flop: expect.closeTo(0.8 * flop, -3), joules: 24 * 250, bytes: 250_000 },
      usefulExamples: 200,
    });
  });

  it("closes with the first updates where the policy says so, and lets nobody be surplus for nothing", () => {
    const record = simulationOf(world, choosing([0, 1, 2], { roundEnd: { kind: "first", updates: 1 } })).next();
    expect(record).toMatchObject({ seconds: 13, completedCount: 1, surplusCount: 2, lateCount: 0 });
    // Both computed from 1 s to 13 s.
    expect([record.useful.deviceSeconds, record.wasted.deviceSeconds]).toEqual([10, 24]);
  });

  it("keeps the deadline that the policy sets, by which it also says the probabilities", () => {
    const own = simulationOf(world, choosing([0, 1, 2], { deadlineSeconds: 14 }));
    expect(own.next()).toMatchObject({ seconds: 14, completedCount: 1, lateCount: 2 });
    const short = simulationOf({ ...world, slo: { ...world.slo, deadlineSeconds: 0.6 } }, choosing([0]));
    const asShort = simulationOf(world, choosing([0], { deadlineSeconds: 0.6 }));
    const said = short.next().expectedOnTimeCount;
    expect(said).toBeGreaterThan(0);
    expect(asShort.next().expectedOnTimeCount).toBeCloseTo(said, 4);
  });

  it("asks for less work where the policy does, and counts that", () => {
    const asked: { exampleCount: number; epochs: number }[] = [];
    const truth = {
      ...world.truth,
      durationOf: (_client: number, _round: number, work: { exampleCount: number; epochs: number }) => {
        asked.push(work);
        return { downloadSeconds: 1, computeSeconds: 10, uploadSeconds: 2 };
      },
    };
    const work = new Map([[1, { exampleCount: 32, epochs: 3 }]]);
    const record = simulationOf(world, choosing([0, 1], { work }), { truth }).next();
    expect(asked).toEqual([
      { exampleCount: 100, epochs: 1 },
      { exampleCount: 32, epochs: 3 },
    ]);
    // 4 steps, and 3 times one step.
    expect(record.useful.flop).toBe((1 + 3 / 4) * flop);
    expect(record.usefulExamples).toBe(132);
  });

  it("begins when the one before is over, after the pause", () => {
    const records = roundsOf(simulationOf(world, choosing([0]), { pauseSeconds: 7 }), 3);
    expect(records.map(({ round, startedSeconds }) => [round, startedSeconds])).toEqual([
      [1, 0],
      [2, 20],
      [3, 40],
    ]);
  });

  it("lasts until its deadline where nobody is selected or nobody is there", () => {
    const nobody = { ...allPresent(4), presentAt: () => new Uint32Array(0) };
    for (const record of [
      simulationOf(world, choosing([])).next(),
      simulationOf(world, choosing([0]), { presence: nobody }).next(),
    ]) {
      expect(record).toMatchObject({ seconds: 25, selectedCount: 0, expectedOnTimeCount: 0, usefulExamples: 0 });
    }
  });

  it("loses clients that go away before they are through", () => {
    const presence = { ...allPresent(4), staysSeconds: (client: number) => (client === 1 ? 16 : 1000) };
    const record = simulationOf(world, choosing([0, 1]), { presence }).next();
    expect(record).toMatchObject({ seconds: 25, completedCount: 1, lostCount: 1, lateCount: 0 });
    expect(record.wasted.deviceSeconds).toBe(15); // from 1 s to 16 s
  });

  it("waits for contact as the fleet's plan says, from the moment at which the round begins", () => {
    const contact = {
      secondsUntilContact: (client: number, nowSeconds: number) => (client === 0 ? 30 - nowSeconds : 0),
    };
    const records = roundsOf(simulationOf({ ...world, fleet: { ...fleet, contact } }, choosing([0])), 2);
    // It can be reached only after the deadline, and in the second round, which begins at 25 s, after 5 s.
    expect(records).toMatchObject([
      { seconds: 25, completedCount: 0, lateCount: 1, wasted: { bytes: 0 } },
      { seconds: 18, completedCount: 1 },
    ]);
    expect(records[0]?.expectedOnTimeCount).toBe(0);
  });
});

describe("what a run sums up", () => {
  it("has the selections and updates of each client", () => {
    const simulation = simulationOf(world, choosing([0, 2]));
    roundsOf(simulation, 3);
    expect([...simulation.participation.selections]).toEqual([3, 0, 3, 0]);
    expect([...simulation.participation.completions]).toEqual([3, 0, 0, 0]);
  });

  it.each([
    ["the deadline", { kind: "deadline" } as const, 2],
    ["the first update", { kind: "first", updates: 1 } as const, 2],
    ["no deadline at all", { kind: "all" } as const, 2],
  ])("compares what was said with what came by the deadline, though rounds end with %s", (_, roundEnd, kept) => {
    const simulation = simulationOf(world, choosing([0, 1, 2, 3], { roundEnd }));
    const records: RoundRecord[] = roundsOf(simulation, 5);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const { counts, saidSums, keptCounts } = simulation.reliability;
    // Clients 0 and 1 arrive at 13 and 23 of 25 s, whatever became of their updates.
    expect([sum(counts), sum(keptCounts)]).toEqual([20, 5 * kept]);
    expect(sum(saidSums)).toBeCloseTo(sum(records.map(({ expectedOnTimeCount }) => expectedOnTimeCount)), 9);
  });
});

describe("what a policy is told", () => {
  function told(select: Partial<ReturnType<SelectionPolicy["select"]>> = {}): readonly RoundFeedback[] {
    const feedback: RoundFeedback[] = [];
    const { select: choose, name, memory } = choosing([0, 1, 2], select);
    const policy: SelectionPolicy = {
      ...{ name, memory, needs: "history" },
      select: choose as (request: never) => ReturnType<SelectionPolicy["select"]>,
      learn: (given) => void feedback.push(given),
    };
    simulationOf(world, policy).next();
    return feedback;
  }

  it("is how the clients that it selected fared", () => {
    const of = (slot: number, onTime: boolean, latencySeconds: number): ClientFeedback => {
      const loss = onTime ? 1 : null;
      const exampleCount = onTime ? 100 : 0;
      return { slot, onTime, latencySeconds, exampleCount, trainingLoss: loss, rootMeanSquareLoss: loss };
    };
    const clients = [of(0, true, 13), of(1, true, 23), of(2, false, 25)];
    expect(told()).toEqual([{ round: 1, deadlineSeconds: 25, roundSeconds: 25, clients }]);
  });

  it("has the examples that were trained on, not those that are held", () => {
    const [feedback] = told({ work: new Map([[1, { exampleCount: 40, epochs: 1 }]]) });
    expect(feedback?.clients.map(({ exampleCount }) => exampleCount)).toEqual([100, 40, 0]);
  });
});
