import { describe, expect, it } from "vitest";
import { createLocalPrivacy, localPrivacySpent } from "../../../client/privacy/local-privacy.ts";
import { seededRandom } from "../../../foundation/random-source.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { epsilonSpent } from "../../../models/privacy/privacy-spent.ts";
import { normalCdf } from "../../../selection/probability/normal-distribution.ts";
import { noiseStatistics, noNoise } from "../../models/privacy/noise-statistics.ts";

const vector = (...values: number[]): ParameterSet =>
  createParameterSet([{ name: "w", shape: [values.length] }], Float32Array.from(values));
const settings = { clippingNorm: 1, noiseMultiplier: 2 };

describe("an update with local privacy", () => {
  it("is the clipped difference on the global model, before its noise", () => {
    const { values } = createLocalPrivacy({ ...settings, random: noNoise() }).protect(vector(1, 1), vector(4, 5));
    expect([...values]).toEqual([expect.closeTo(1.6, 6), expect.closeTo(1.8, 6)]);
  });

  it("has noise of the standard deviation z C in each parameter", () => {
    const count = 100_000;
    const privacy = createLocalPrivacy({ ...settings, clippingNorm: 1.5, random: seededRandom(5, "local") });
    const zeros = createParameterSet([{ name: "w", shape: [count] }]);
    // 2 * 1.5 = 3
    const statistics = noiseStatistics(privacy.protect(zeros, zeros).values, 3);
    expect(Math.abs(statistics.excessSquares)).toBeLessThan(5 * Math.sqrt(2 * count));
    expect(statistics.distance).toBeLessThan(1.95 / Math.sqrt(count));
  });

  it("leaves the best attacker the advantage of the multiplier z / 2: two updates can be 2 C apart", () => {
    const privacy = createLocalPrivacy({ ...settings, random: seededRandom(12, "attack") });
    const attempts = 20_000;
    let [found, mistaken] = [0, 0];
    for (let attempt = 0; attempt < attempts; attempt++) {
      if ((privacy.protect(vector(0, 0), vector(1, 0)).values[0] as number) > 0) found++;
      if ((privacy.protect(vector(0, 0), vector(-1, 0)).values[0] as number) > 0) mistaken++;
    }
    // z / 2 = 1: Phi(1/2) - Phi(-1/2) = 0.383, with a standard error of 0.0046.
    expect(Math.abs((found - mistaken) / attempts - (normalCdf(0.5) - normalCdf(-0.5)))).toBeLessThan(0.023);
    expect(localPrivacySpent([2], 1e-5).epsilon).toBeCloseTo(
      epsilonSpent({ noiseMultiplier: 1, rounds: 1, delta: 1e-5 }),
      9,
    );
  });
});

describe("what the releases of a client have cost", () => {
  it("is nothing before the first", () => {
    expect(localPrivacySpent([], 1e-5)).toEqual({ epsilon: 0, delta: 1e-5, rounds: 0 });
  });

  it("is, where all had the noise multiplier z, that of as many rounds of z / 2", () => {
    const { epsilon, rounds } = localPrivacySpent([8, 8, 8], 1e-5);
    expect(rounds).toBe(3);
    expect(epsilon).toBeCloseTo(epsilonSpent({ noiseMultiplier: 4, rounds: 3, delta: 1e-5 }), 9);
  });

  it("adds up exactly where they had different noise", () => {
    // (2/6)^2 + (2/8)^2 = 1/9 + 1/16 = 25/144: one release of multiplier 12/5 to a sensitivity of 1.
    const { epsilon } = localPrivacySpent([6, 8], 1e-5);
    expect(epsilon).toBeCloseTo(epsilonSpent({ noiseMultiplier: 12 / 5, rounds: 1, delta: 1e-5 }), 9);
  });

  it.each([
    [[0.0001], 1e-5],
    [[2], 0],
    [[2], 1],
  ])("is not told for the multipliers %j at delta %d", (multipliers, delta) => {
    expect(() => localPrivacySpent(multipliers, delta)).toThrow(
      expect.objectContaining({ code: "models.invalid-privacy" }),
    );
  });
});

it("local privacy does not begin with a setting out of its range", () => {
  for (const wrong of [{ clippingNorm: 0 }, { noiseMultiplier: 0.0001 }]) {
    expect(() => createLocalPrivacy({ ...settings, ...wrong })).toThrow(
      expect.objectContaining({ code: "models.invalid-privacy" }),
    );
  }
});
