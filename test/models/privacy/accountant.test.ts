import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logNormalTail } from "../../../models/privacy/log-normal-tail.ts";
import { epsilonSpent, noiseMultiplierFor } from "../../../models/privacy/privacy-spent.ts";
import { renyiDivergence, renyiEpsilon } from "../../../models/privacy/renyi-sampled-gaussian.ts";
import golden from "../../golden/privacy-accountant.json" with { type: "json" };

const relativeError = (actual: number, expected: number) => Math.abs(actual / expected - 1);

describe("the tail of the normal distribution", () => {
  it.each(golden.logNormalTails)("at $z has the logarithm that mpmath gives", ({ z, expected }) => {
    // At -40 the logarithm is below the smallest double.
    if (expected > -1e-300) expect(logNormalTail(z)).toBeCloseTo(0, 300);
    else expect(relativeError(logNormalTail(z), expected)).toBeLessThan(1e-13);
  });
});

describe("the divergence of the sampled Gaussian", () => {
  it.each(golden.divergences)(
    "is the integral of its definition: noise $noiseMultiplier, rate $poissonSamplingRate, order $order",
    ({ order, expected, ...mechanism }) => {
      expect(relativeError(renyiDivergence(mechanism, order), expected)).toBeLessThan(1e-8);
    },
  );

  it("is alpha / (2 z^2) without sampling", () => {
    // 8 / (2 * 2^2) = 1
    expect(renyiDivergence({ noiseMultiplier: 2, poissonSamplingRate: 1 }, 8)).toBe(1);
  });

  it("by hand, at order 2: log(1 + q^2 (exp(1 / z^2) - 1))", () => {
    // binom(2, 0) (1-q)^2 + binom(2, 1) q (1-q) + q^2 e^(1/z^2) = 1 + q^2 (e^(1/z^2) - 1); q = 1/4, z = 1: 1 + 1.71828/16
    const expected = Math.log(1 + (Math.E - 1) / 16);
    expect(renyiDivergence({ noiseMultiplier: 1, poissonSamplingRate: 0.25 }, 2)).toBeCloseTo(expected, 14);
  });

  it("joins whole and fractional orders without a step", () => {
    const at = (order: number) => renyiDivergence({ noiseMultiplier: 1.2, poissonSamplingRate: 0.1 }, order);
    for (const order of [2, 3, 7]) {
      expect(relativeError((at(order - 1e-4) + at(order + 1e-4)) / 2, at(order))).toBeLessThan(1e-6);
    }
  });
});

describe("epsilon", () => {
  it.each(golden.sampledEpsilons)(
    "of $rounds rounds at rate $poissonSamplingRate with noise $noiseMultiplier is that of Opacus",
    ({ expected, ...rounds }) => {
      expect(relativeError(epsilonSpent(rounds), expected)).toBeLessThan(1e-6);
    },
  );

  it.each(golden.exactEpsilons)(
    "of $rounds rounds with noise $noiseMultiplier and no sampling is dp-accounting's exact one",
    ({ expected, ...rounds }) => {
      if (expected === 0) expect(epsilonSpent(rounds)).toBe(0);
      else expect(relativeError(epsilonSpent(rounds), expected)).toBeLessThan(1e-9);
    },
  );

  it("claims nothing for sampling unless told", () => {
    const rounds = { noiseMultiplier: 1, rounds: 10, delta: 1e-5 };
    expect(epsilonSpent(rounds)).toBe(epsilonSpent({ ...rounds, poissonSamplingRate: 1 }));
    expect(epsilonSpent(rounds)).toBeGreaterThan(10 * epsilonSpent({ ...rounds, poissonSamplingRate: 0.01 }));
  });

  it("of no round is 0", () => {
    expect(epsilonSpent({ noiseMultiplier: 1, rounds: 0, delta: 1e-5 })).toBe(0);
  });

  it("without sampling is never above the bound by Renyi divergences, which holds for every mechanism", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 30, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(1e-3, 1e-5, 1e-8),
        (noiseMultiplier, rounds, delta) => {
          const bound = renyiEpsilon({ noiseMultiplier, poissonSamplingRate: 1 }, { rounds, delta });
          const exact = epsilonSpent({ noiseMultiplier, rounds, delta });
          expect(exact).toBeLessThanOrEqual(bound * (1 + 1e-9));
        },
      ),
    );
  });

  it("falls with the noise and rises with rounds and rate", () => {
    const of = (noiseMultiplier: number, rounds: number, poissonSamplingRate: number) =>
      epsilonSpent({ noiseMultiplier, rounds, poissonSamplingRate, delta: 1e-6 });
    for (const rate of [0.02, 0.3, 1]) {
      expect(of(1, 50, rate)).toBeLessThan(of(0.8, 50, rate));
      expect(of(1, 50, rate)).toBeLessThan(of(1, 60, rate));
      expect(of(1, 50, rate / 2)).toBeLessThan(of(1, 50, rate));
    }
  });

  it.each([
    [{ noiseMultiplier: 0, rounds: 1, delta: 1e-5 }, /noiseMultiplier 0 is not between/],
    [{ noiseMultiplier: Number.NaN, rounds: 1, delta: 1e-5 }, /noiseMultiplier NaN/],
    [{ noiseMultiplier: 1, rounds: 1.5, delta: 1e-5 }, /rounds 1.5/],
    [{ noiseMultiplier: 1, rounds: 1, delta: 0 }, /delta 0 is not in \(0, 1\)/],
    [{ noiseMultiplier: 1, rounds: 1, delta: 1e-5, poissonSamplingRate: 1.1 }, /poissonSamplingRate 1.1/],
  ])("is not computed from %j", (rounds, message) => {
    expect(() => epsilonSpent(rounds)).toThrow(
      expect.objectContaining({ code: "models.invalid-privacy", message: expect.stringMatching(message) }),
    );
  });
});

describe("the noise multiplier for a budget", () => {
  it.each([
    { epsilon: 1, delta: 1e-5, rounds: 100 },
    { epsilon: 8, delta: 1e-6, rounds: 500 },
    { epsilon: 0.1, delta: 1e-5, rounds: 1 },
    { epsilon: 2, delta: 1e-5, rounds: 200, poissonSamplingRate: 0.05 },
  ])("keeps it, and a millionth less does not: %j", ({ epsilon, ...rounds }) => {
    const noiseMultiplier = noiseMultiplierFor({ epsilon, ...rounds });
    expect(epsilonSpent({ ...rounds, noiseMultiplier })).toBeLessThanOrEqual(epsilon);
    const less = noiseMultiplier * (1 - 1.1e-6);
    expect(epsilonSpent({ ...rounds, noiseMultiplier: less })).toBeGreaterThan(epsilon);
  });

  it("does not exist for a budget that no noise keeps", () => {
    expect(() => noiseMultiplierFor({ epsilon: 1e-9, delta: 1e-12, rounds: 1000 })).toThrow(
      expect.objectContaining({ code: "models.invalid-privacy", message: expect.stringMatching(/no noise keeps/) }),
    );
  });
});
