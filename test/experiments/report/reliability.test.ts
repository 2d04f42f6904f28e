import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeReliability } from "../../../experiments/report/figures/reliability.ts";
import { reliability, wilsonInterval } from "../../../experiments/report/reliability.ts";
import type { ClientRound } from "../../../experiments/report/run-data.ts";
import type { ClientOutcome } from "../../../server/rounds/types.ts";
import { fixtureClients, fixtureForecast } from "../../support/journal-fixture.ts";

function clientRound(deadlineProbability: number, status: ClientOutcome["status"] | "skipped"): ClientRound {
  const fixture = fixtureClients[0];
  if (!fixture) throw new Error("the fixture has clients");
  const selected = status !== "skipped";
  const common = { clientId: "a", latencySeconds: 1, computeSeconds: 1 };
  const outcome: ClientOutcome | undefined =
    status === "skipped"
      ? undefined
      : status === "completed"
        ? { ...common, status, exampleCount: 1, trainingLoss: 1 }
        : { ...common, status, reason: "…" };
  return {
    round: 1,
    clientId: "a",
    deadlineSeconds: 20,
    outcome,
    decision: {
      clientId: "a",
      selected,
      reasonCode: selected ? "selected" : "below-probability",
      reason: "…",
      forecast: { ...fixtureForecast(fixture), deadlineProbability },
    },
  };
}

describe("reliability", () => {
  it("compares what was said with what came true, bin by bin", () => {
    const result = reliability([
      clientRound(0.82, "completed"),
      clientRound(0.88, "late"),
      clientRound(0.97, "completed"),
      clientRound(1, "completed"),
    ]);
    expect(result.bins.map(({ from, to, count, onTimeCount }) => [from, to, count, onTimeCount])).toEqual([
      [0.8, 0.9, 2, 1],
      [0.95, 0.99, 1, 1],
      [0.99, 1, 1, 1],
    ]);
    expect(result.bins[0]?.meanProbability).toBeCloseTo(0.85, 12);
    expect(result.bins[0]?.onTimeShare).toBe(0.5);
    // (0.82 + 0.88 + 0.97 + 1) / 4
    expect(result.meanProbability).toBeCloseTo(0.9175, 12);
    expect(result.onTimeShare).toBe(0.75);
    // (0.18^2 + 0.88^2 + 0.03^2 + 0^2) / 4 = (0.0324 + 0.7744 + 0.0009) / 4
    expect(result.brierScore).toBeCloseTo(0.201925, 12);
  });

  it("scores neither the skipped nor those that failed, vanished or refused", () => {
    const result = reliability([
      clientRound(0.9, "failed"),
      clientRound(0.9, "unresponsive"),
      clientRound(0.9, "refused"),
      clientRound(0.1, "skipped"),
    ]);
    expect(result).toEqual({
      bins: [],
      scoredCount: 0,
      unscoredCount: 3,
      surplusCount: 0,
      meanProbability: null,
      onTimeShare: null,
      brierScore: null,
    });
  });

  it("does not score the surplus, and says what that does to the rest", () => {
    const result = reliability([
      clientRound(0.9, "completed"),
      clientRound(0.8, "surplus"),
      clientRound(0.9, "failed"),
    ]);
    expect(result).toMatchObject({ scoredCount: 1, unscoredCount: 1, surplusCount: 1, meanProbability: 0.9 });
    expect(describeReliability(result)).toMatch(
      /^Of 1 forecasts.* 1 that failed.* 1 surplus ones are not scored either: .*too high\.$/,
    );
    expect(describeReliability({ ...result, surplusCount: 0 })).not.toContain("surplus");
  });

  it("puts every scored forecast into exactly one bin", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (probabilities) => {
        const { bins } = reliability(probabilities.map((probability) => clientRound(probability, "completed")));
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(probabilities.length);
      }),
    );
  });
});

describe("wilsonInterval", () => {
  it("agrees with a hand-computed case", () => {
    // 8 of 10, z = 1.96: centre (0.8 + 3.8415/20) / 1.38415 = 0.71674; half 1.41599 * sqrt(0.016 + 3.8415/400) = 0.22658
    const [low, high] = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
  });

  it("lies within 0 to 1 and contains the share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
        const successes = Math.round(share * count);
        const [low, high] = wilsonInterval(successes, count);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(successes / count + 1e-9);
        expect(high).toBeGreaterThanOrEqual(successes / count - 1e-9);
      }),
    );
  });
});
