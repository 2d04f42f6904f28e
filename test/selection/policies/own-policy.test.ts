import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OwnFeedback, type OwnRequest, ownPolicy } from "../../../selection/policies/own-policy.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import type { SelectionPolicy } from "../../../selection/policy/policy.ts";
import { forecastCandidate } from "../support.ts";
import { chosenBy, decide, fleet, probabilities } from "./support.ts";

const selecting = (select: (request: OwnRequest) => unknown) => ownPolicy("mine.ts", { select });

describe("a user's own policy", () => {
  it("sees each candidate as a plain object and asks those whose ids it returns", () => {
    const seen: OwnRequest[] = [];
    const policy = selecting((request) => {
      seen.push(request);
      return ["b"];
    });
    const b = forecastCandidate("b", 0.9);
    const candidates = [{ ...b, candidate: { ...b.candidate, labels: ["site:berlin"] } }, forecastCandidate("a", 0.3)];
    const decisions = decide(policy, candidates, { round: 4 });
    expect(decisions.map(({ clientId, selected, reasonCode }) => [clientId, selected, reasonCode])).toEqual([
      ["b", true, "selected"],
      ["a", false, "not-chosen"],
    ]);
    expect(decisions.map(({ reason }) => reason)).toEqual([
      "Selected: mine.ts chose it; it should take about 3.1 s and meets the deadline of 30 s with 90.0 % probability.",
      "Skipped: mine.ts did not choose it; it should take about 3.1 s and meets the deadline of 30 s with 30.0 % probability.",
    ]);
    expect(seen[0]).toMatchObject({
      round: 4,
      slo: { deadlineSeconds: 30, minimumProbability: 0.8 },
      cohortSize: undefined,
      settings: {},
      candidates: [
        { clientId: "a", labels: [] },
        {
          clientId: "b",
          labels: ["site:berlin"],
          exampleCount: 5000,
          deadlineProbability: 0.9,
          expectedSeconds: 3.1,
          downloadSeconds: 1,
          computeSeconds: 0.1,
          uploadSeconds: 2,
          isPossible: true,
          tier: "catalogue-nvidia",
          device: { kind: "known" },
          forecast: { latencyModel: "roofline" },
        },
      ],
    });
  });

  it("is told the cohort's size and the settings that the run was given", () => {
    const select = ({ candidates, cohortSize, settings }: OwnRequest) => {
      expect(settings).toEqual({ colour: "red" });
      return candidates.slice(0, cohortSize).map(({ clientId }) => clientId);
    };
    const policy = ownPolicy("mine.ts", { select }, { cohortSize: 2, settings: { colour: "red" } });
    expect(chosenBy(policy, fleet([0.1, 0.2, 0.3]))).toEqual(["client-0", "client-1"]);
  });

  it("states the reason that it gives, and asks for less work where it says so", () => {
    const policy = selecting(() => [
      { clientId: "client-0", reason: "its turn has come." },
      { clientId: "client-1", exampleCount: 100 },
      { clientId: "client-2", epochs: 1 },
      { clientId: "client-3", exampleCount: 5000, epochs: 3 },
    ]);
    const decisions = decide(policy, fleet([0.5, 0.5, 0.5, 0.5]), { training: { epochs: 3, batchSize: 32 } });
    expect(decisions[0]?.reason).toBe("Selected: its turn has come.");
    // What it does not name stays as the run has it: 5,000 examples, 3 epochs. The whole work is no less work.
    expect(decisions.map(({ work }) => work)).toEqual([
      undefined,
      { exampleCount: 100, epochs: 3 },
      { exampleCount: 5000, epochs: 1 },
      undefined,
    ]);
    // 1 - 0.5 * (100 * 3 / 5000), by the stand-in for a latency model: the forecast is that of the work.
    expect(decisions[1]?.forecast.deadlineProbability).toBeCloseTo(0.97, 12);
  });

  it("keeps the sentence of what is impossible, and may ask such a client all the same", () => {
    const tooLarge = { memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false } };
    const candidates = [forecastCandidate("a", 0.9, tooLarge), forecastCandidate("b", 0.9, tooLarge)];
    const seen: boolean[] = [];
    const policy = selecting((request) => {
      seen.push(...request.candidates.map(({ isPossible }) => isPossible));
      return ["b"];
    });
    const [a, b] = decide(policy, candidates);
    expect(seen).toEqual([false, false]);
    expect(a).toMatchObject({ reasonCode: "insufficient-memory", reason: expect.stringContaining("9 GB of memory") });
    expect(b).toMatchObject({ selected: true });
  });

  it("draws the same numbers for the same seed and round, whatever the order of the candidates", () => {
    const half = selecting(({ candidates, random }) =>
      candidates.filter(() => random.next() < 0.5).map(({ clientId }) => clientId),
    );
    const permuted = probabilities
      .map(fleet)
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })));
    fc.assert(
      fc.property(permuted, fc.nat(), ([candidates, others], seed) => {
        expect(chosenBy(half, others, { seed }).sort()).toEqual(chosenBy(half, candidates, { seed }).sort());
      }),
    );
    const many = fleet(Array.from({ length: 64 }, () => 0.5));
    expect(chosenBy(half, many, { round: 2 })).not.toEqual(chosenBy(half, many, { round: 1 }));
    expect(chosenBy(half, many, { seed: 8 })).not.toEqual(chosenBy(half, many, { seed: 7 }));
  });

  const self: { self?: unknown } = {};
  self.self = self;
  it.each<[string, (request: OwnRequest) => unknown, RegExp]>([
    ["throws", () => JSON.parse("{"), /threw an error in select \(round 1\): .*JSON.* \(at .+\)\./],
    [
      "throws no error",
      () => {
        throw "no";
      },
      /threw an error in select \(round 1\): no\./,
    ],
    [
      "is asynchronous",
      async () => ["client-0"],
      /returned a promise from select \(round 1\)\. A policy decides at once/,
    ],
    ["rejects", () => Promise.reject(new Error("late")), /returned a promise/],
    ["returns nothing", () => undefined, /returned undefined, which is no list\. It must return the clients to ask/],
    ["returns an object", () => ({ a: 1 }), /returned \{"a":1\}, which is no list/],
    ["returns what is no JSON", () => self, /returned an object that is no JSON, which is no list/],
    ["returns a bigint", () => 7n, /returned 7, which is no list/],
    ["asks a stranger", () => ["client-9"], /returned "client-9", which is nobody of 2 candidates/],
    ["asks one twice", () => ["client-0", { clientId: "client-0" }], /returned "client-0" twice/],
    ["returns a number", () => [0], /returned an entry 0 that cannot be read: .*expected object/],
    ["returns a hole", () => new Array(1), /returned an entry undefined that cannot be read/],
    ["misspells a key", () => [{ clientId: "client-0", why: "x" }], /cannot be read: Unrecognized key: "why"/],
    ["gives an empty reason", () => [{ clientId: "client-0", reason: " " }], /reason: Too small/],
    ["asks for half an example", () => [{ clientId: "client-0", exampleCount: 0.5 }], /exampleCount: .*expected int/],
    ["asks for no epoch", () => [{ clientId: "client-0", epochs: 0 }], /epochs: Too small/],
    [
      "asks for more than there is",
      () => [{ clientId: "client-0", exampleCount: 5001 }],
      /for 5,001 examples and 1 epoch, more than its 5,000 examples and the run's 1 epoch/,
    ],
  ])("is refused by name if it %s", (_, select, message) => {
    expect(() => decide(selecting(select), fleet([0.5, 0.9]))).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(new RegExp(`^The policy mine\\.ts .*${message.source}`)),
      }),
    );
  });

  it("needs static specs alone without `learn`", () => {
    expect(selecting(() => []).needs).toBe("static-specs");
  });
});

describe("a user's own policy that learns", () => {
  function learning(learn: (feedback: OwnFeedback) => unknown) {
    const policy = ownPolicy("mine.ts", { select: () => ["client-1", "client-0"], learn });
    if (policy.needs !== "history") throw new Error("A policy that learns needs history.");
    return policy;
  }
  const slots = new ClientSlots();
  const decideIn = (policy: SelectionPolicy) => decide(policy, fleet([0.5, 0.9, 0.9]), { slots });
  const fared = { onTime: true, latencySeconds: 3, exampleCount: 10, trainingLoss: 0.5, rootMeanSquareLoss: null };
  const feedback = (...clientIds: string[]) => ({
    round: 1,
    deadlineSeconds: 30,
    roundSeconds: 4,
    clients: clientIds.map((clientId) => ({ slot: slots.slotOf(clientId), ...fared })),
  });

  it("is told how those whom it asked fared, by their ids", () => {
    const told: OwnFeedback[] = [];
    const policy = learning((news) => void told.push(news));
    decideIn(policy);
    policy.learn(feedback("client-0", "client-1"));
    expect(told).toEqual([
      {
        ...{ round: 1, deadlineSeconds: 30, roundSeconds: 4 },
        clients: [
          { clientId: "client-0", ...fared },
          { clientId: "client-1", ...fared },
        ],
      },
    ]);
  });

  it("fails the next round, and only that, with what `learn` threw", () => {
    let isBroken = true;
    const policy = learning(() => {
      if (isBroken) throw new Error("no such client");
    });
    decideIn(policy);
    policy.learn(feedback("client-0"));
    expect(() => decideIn(policy)).toThrow(/^The policy mine\.ts threw an error in learn: no such client/);
    isBroken = false;
    policy.learn(feedback());
    expect(decideIn(policy).filter(({ selected }) => selected)).toHaveLength(2);
  });

  it("does not let a promise of `learn` pass", () => {
    const policy = learning(() => Promise.reject(new Error("later")));
    decideIn(policy);
    policy.learn(feedback("client-0"));
    expect(() => decideIn(policy)).toThrow(/returned a promise from learn/);
  });
});
