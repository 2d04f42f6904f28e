import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import {
  adaptedTarget,
  type ReflOptions,
  type ReflState,
  reflPolicy,
} from "../../../../selection/policies/learning/refl.ts";
import type { Monitoring } from "../../../../selection/policy/policy.ts";
import type { TableOptions } from "../../../../selection/policy/table-of-candidates.ts";
import golden from "../../../golden/refl.json" with { type: "json" };
import { forecastCandidate } from "../../support.ts";
import { decide, decideRound, fleet, selectedIds } from "../support.ts";
import { fared, feedbackOf, requestOf, selectedOf } from "./support.ts";

const refl = (changes: Partial<ReflOptions> = {}) =>
  reflPolicy({
    cohortSize: 4,
    share: 0.5,
    lateUpdates: "expected",
    leastTargetShare: 0.5,
    memory: 0.25,
    ...changes,
  });

const alike = (count: number) => fleet(Array.from({ length: count }, () => 0.9));

const stays = (...answers: number[]): Monitoring => ({ losses: null, staysNextRound: Uint8Array.from(answers) });

const request = (
  count: number,
  monitoring: Monitoring = { losses: null, staysNextRound: null },
  options: Partial<TableOptions> & { readonly seed?: number } = {},
) => ({ ...requestOf(alike(count), options), monitoring });

const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe("policy refl", () => {
  it("takes all that are about to leave before anybody who stays", () => {
    for (const seed of seeds) {
      const { selection } = refl().select(request(8, stays(1, 0, 1, 255, 0, 1, 1, 0), { seed }), refl().begin());
      const chosen = selectedOf(selection);
      expect(chosen).toHaveLength(4);
      expect(chosen).toEqual(expect.arrayContaining([1, 4, 7]));
    }
  });

  it("draws at random among those that leave if there are too many, and among the others for the rest", () => {
    // 200 seeds. 4 of 5 leavers: each 160 times, standard deviation sqrt(200 * 0.8 * 0.2) = 5.7; five of them 29.
    const leaving = [0, 0, 0, 0, 0, 0, 0, 0];
    // 1 place for 5 others: each 40 times, sqrt(200 * 0.2 * 0.8) = 5.7.
    const staying = [0, 0, 0, 0, 0, 0, 0, 0];
    for (const seed of seeds) {
      const most = refl().select(request(8, stays(0, 0, 0, 0, 0, 1, 1, 1), { seed }), refl().begin());
      for (const index of selectedOf(most.selection)) leaving[index] = (leaving[index] ?? 0) + 1;
      const few = refl().select(request(8, stays(0, 0, 0, 1, 1, 1, 1, 1), { seed }), refl().begin());
      for (const index of selectedOf(few.selection)) staying[index] = (staying[index] ?? 0) + 1;
    }
    for (const index of [0, 1, 2, 3, 4]) expect(Math.abs((leaving[index] ?? 0) - 160)).toBeLessThan(29);
    expect(leaving.slice(5)).toEqual([0, 0, 0]);
    for (const index of [3, 4, 5, 6, 7]) expect(Math.abs((staying[index] ?? 0) - 40)).toBeLessThan(29);
  });

  it("takes everybody to stay if nobody was asked, and says so for each", () => {
    for (const { reason } of decide(createPolicy("refl", { cohortSize: 2 }), alike(5))) {
      expect(reason).toMatch(/: nobody was asked how long it stays, so everybody is taken to stay; (not )?chosen in /);
    }
  });

  it("says why it chose or did not choose a client", () => {
    const monitoring = stays(0, 1, 255);
    const decisions = decide(createPolicy("refl", { cohortSize: 1 }), alike(3), { monitoring });
    const draw = "in drawing 1 of 3 clients at random, 1 about to leave before the others; it should take about 3.1 s";
    expect(decisions.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(`^Selected: it says that it will be gone in the next round, .*; chosen ${draw} `),
      expect.stringMatching(`^Skipped: it says that it stays; not chosen ${draw} `),
      expect.stringMatching(`^Skipped: it did not say how long it stays and is taken to stay; not chosen ${draw} `),
    ]);
  });

  it("never selects a client that cannot take part, even if it is about to leave", () => {
    const memory = { requiredBytes: 9e9, availableBytes: 8e9, fits: false };
    const candidates = [...alike(3), forecastCandidate("small", 1, { memory })];
    const decisions = decide(createPolicy("refl", { cohortSize: 3 }), candidates, { monitoring: stays(1, 1, 1, 0) });
    expect(selectedIds(decisions)).toEqual(["client-0", "client-1", "client-2"]);
    expect(decisions[3]?.reasonCode).toBe("insufficient-memory");
  });

  it("puts rules' priorities before those that leave", () => {
    const priorities = Float64Array.of(1, 0, 1, 0);
    const { selection } = refl({ cohortSize: 2 }).select(request(4, stays(1, 0, 1, 0), { priorities }), refl().begin());
    expect(selectedOf(selection)).toEqual([0, 2]);
  });
});

describe("refl's adaptive target", () => {
  const state = (meanRoundSeconds: number, ...seconds: number[]): ReflState => ({
    meanRoundSeconds,
    asked: [],
    late: seconds.map((left, slot) => ({ slot, seconds: left })),
  });

  it("leaves out as many as late updates are expected within the mean duration of a round", () => {
    // Of 10, 30, 30.1 s left, two are within 30 s: 8 - 2.
    expect(adaptedTarget(state(30, 10, 30, 30.1), 8, 0.5)).toBe(6);
    expect(adaptedTarget(state(30), 8, 0.5)).toBe(8);
  });

  it("keeps the least share of the cohort, and at least one", () => {
    const six = state(30, 1, 2, 3, 4, 5, 6);
    expect(adaptedTarget(six, 8, 0.5)).toBe(4);
    // ceil(0.5 * 7).
    expect(adaptedTarget(six, 7, 0.5)).toBe(4);
    expect(adaptedTarget(six, 6, 0)).toBe(1);
    expect(adaptedTarget(six, 6, 1)).toBe(6);
    expect(adaptedTarget(six, 0, 0.5)).toBe(0);
  });

  it("averages durations: mu' = 0.75 D + 0.25 mu, and the first is taken as it is", () => {
    const meanAfter = (durations: readonly number[]) =>
      durations.reduce(
        (known, roundSeconds) => refl().learn(known, feedbackOf([fared(0)], { roundSeconds })),
        refl().begin(),
      ).meanRoundSeconds;
    expect(meanAfter([20])).toBe(20);
    // 0.75 * 30 + 0.25 * 20 = 27.5; 0.75 * 10 + 0.25 * 27.5 = 14.375.
    expect(meanAfter([20, 30])).toBe(27.5);
    expect(meanAfter([20, 30, 10])).toBe(14.375);
  });

  it("does not count a round that asked nobody", () => {
    const known = state(20, 12);
    expect(refl().learn(known, feedbackOf([], { roundSeconds: 0 }))).toEqual(known);
  });

  it("expects of a client that the deadline cut off what its forecast leaves, and nothing of one that failed", () => {
    const asked = [
      { slot: 0, seconds: 50 },
      { slot: 1, seconds: 80 },
      { slot: 2, seconds: 50 },
      { slot: 3, seconds: 20 },
      { slot: 4, seconds: 12 },
    ];
    const clients = [
      fared(0, { onTime: false, latencySeconds: 30 }),
      fared(1, { onTime: false, latencySeconds: 30 }),
      // It gave up after 10 s.
      fared(2, { onTime: false, latencySeconds: 10 }),
      // Overdue: the forecast cannot say when it will come.
      fared(3, { onTime: false, latencySeconds: 30 }),
      fared(4),
    ];
    const first = refl().learn({ meanRoundSeconds: null, asked, late: [] }, feedbackOf(clients));
    // 50 - 30 and 80 - 30.
    expect(first.late).toEqual([
      { slot: 0, seconds: 20 },
      { slot: 1, seconds: 50 },
    ]);
    // A round of 25 s later, the first has come and the second has 25 s left.
    const second = refl().learn(first, feedbackOf([fared(5)], { roundSeconds: 25 }));
    expect(second.late).toEqual([{ slot: 1, seconds: 25 }]);
  });

  it("takes from the forecasts when those that it asks should be done", () => {
    const atMeanUtilisation = {
      contactSeconds: 5,
      downloadSeconds: 1,
      startSeconds: 0.5,
      computeSeconds: 40,
      uploadSeconds: 2,
      totalSeconds: 48.5,
    };
    const entry = forecastCandidate("slow", 0.1, { atMeanUtilisation });
    const monitoring = { losses: null, staysNextRound: null };
    const choice = refl({ cohortSize: 1 }).select({ ...requestOf([entry]), monitoring }, refl().begin());
    // 5 s until it can be reached, then 1 + 0.5 + 40 + 2.
    expect(choice.state.asked).toEqual([{ slot: 0, seconds: 48.5 }]);
  });

  it("does not ask anew whose late update is expected, and selects fewer clients meanwhile", () => {
    const policy = createPolicy("refl", { cohortSize: 4 });
    if (policy.needs !== "monitoring") throw new Error("refl needs monitoring");
    const atMeanUtilisation = {
      downloadSeconds: 1,
      startSeconds: 0,
      computeSeconds: 36,
      uploadSeconds: 3,
      totalSeconds: 40,
    };
    const candidates = Array.from({ length: 8 }, (_, index) =>
      forecastCandidate(`client-${index}`, 0.1, { atMeanUtilisation }),
    );
    const first = selectedIds(decide(policy, candidates));
    expect(first).toHaveLength(4);
    const slots = first.map((id) => Number(id.slice("client-".length)));
    // One is in time, three are cut off at 30 s with 10 s left.
    const clients = slots.map((slot, at) => fared(slot, at === 0 ? {} : { onTime: false, latencySeconds: 30 }));
    policy.learn(feedbackOf(clients));
    const second = decideRound(policy, candidates, { round: 2 });
    // max(ceil(0.5 * 4), 4 - 3), of the five that are free.
    expect(selectedIds(second.decisions)).toHaveLength(2);
    for (const slot of slots.slice(1)) {
      expect(second.decisions[slot]).toMatchObject({
        selected: false,
        reasonCode: "not-chosen",
        reason: expect.stringMatching(/^Skipped: its late update of an earlier round is expected in 10 s; /),
      });
    }
    expect(second.note).toBe(
      "2 instead of 4 clients, because 3 late updates are expected within 30 s, the mean duration of a round.",
    );
  });

  it("expects nothing where late updates are discarded", () => {
    const policy = refl({ lateUpdates: "discarded" });
    const { state } = policy.select(request(8), policy.begin());
    const next = policy.learn(state, feedbackOf([fared(0, { onTime: false, latencySeconds: 30 })]));
    expect(next.late).toEqual([]);
    expect(selectedOf(policy.select(request(8), next).selection)).toHaveLength(4);
  });

  it("has the targets, the means and the late updates of an independent implementation", () => {
    const { cohortSize, leastTargetShare, memory, deadlineSeconds } = golden;
    let known = refl().begin();
    for (const { target, clients, roundSeconds, meanAfter, lateAfter } of golden.rounds) {
      expect(adaptedTarget(known, cohortSize, leastTargetShare)).toBe(target);
      const asked = clients.map(({ slot, expectedSeconds }) => ({ slot, seconds: expectedSeconds }));
      const feedback = clients.map(({ slot, onTime, latencySeconds }) => fared(slot, { onTime, latencySeconds }));
      known = refl({ memory }).learn({ ...known, asked }, feedbackOf(feedback, { roundSeconds, deadlineSeconds }));
      expect(Math.abs((known.meanRoundSeconds ?? 0) - meanAfter)).toBeLessThan(1e-9);
      const late = new Map(known.late.map(({ slot, seconds }) => [String(slot), seconds]));
      const expected = Object.entries(lateAfter);
      expect(late.size).toBe(expected.length);
      for (const [slot, seconds] of expected) {
        expect(Math.abs((late.get(slot) ?? Number.NaN) - (seconds as number))).toBeLessThan(1e-9);
      }
    }
  });

  it("leaves its own state and the feedback as they are", () => {
    const known = { ...state(20, 12, 40), asked: [{ slot: 5, seconds: 44 }] };
    const before = structuredClone(known);
    refl().select(request(8), known);
    refl().learn(known, feedbackOf([fared(5, { onTime: false, latencySeconds: 30 })]));
    expect(known).toEqual(before);
  });
});
