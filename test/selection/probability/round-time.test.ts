import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../foundation/random-variates.ts";
import { type ComputeLaw, computeQuantile } from "../../../selection/probability/compute-law.ts";
import { type RoundTimeLaw, roundTimeCdf, roundTimeQuantile } from "../../../selection/probability/round-time.ts";
import golden from "../../golden/round-time.json" with { type: "json" };
import { computeLaws } from "../support.ts";

const seconds = fc.double({ min: 0.01, max: 50, noNaN: true });
const laws: fc.Arbitrary<RoundTimeLaw> = fc.record({
  fixedSeconds: fc.double({ min: 0, max: 2, noNaN: true }),
  transferSeconds: fc.oneof(fc.constant(0), seconds),
  transferLogSigma: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 2, noNaN: true })),
  compute: fc.array(fc.record({ expectedSeconds: seconds, law: computeLaws }), { minLength: 1, maxLength: 3 }),
});
/** Numerical integration may undo a rise of the last digits. */
const expectNotBelow = (better: number, worse: number) => expect(better).toBeGreaterThanOrEqual(worse - 1e-9);

describe("the law of a round's time", () => {
  it("agrees with scipy's quadrature over the link's state to 1e-6", () => {
    type Case = [ComputeLaw, number, number, number, number, number, number];
    for (const [
      law,
      fixedSeconds,
      transferSeconds,
      transferLogSigma,
      expectedSeconds,
      at,
      expected,
    ] of golden.round as Case[]) {
      const compute = [{ expectedSeconds, law }];
      const actual = roundTimeCdf({ fixedSeconds, transferSeconds, transferLogSigma, compute }, at);
      expect(Math.abs(actual - expected), JSON.stringify([law, transferLogSigma, expectedSeconds, at])).toBeLessThan(
        1e-6,
      );
    }
  });

  it.each([
    ["a normal utilisation on a 5G link", { kind: "normal-utilisation", relativeSigma: 0.4 }, 2, 1, 1.5, 4],
    [
      "a heavy tail on a Wi-Fi link",
      { kind: "log-student-t", logScale: 0.31, degreesOfFreedom: 4.7 },
      0.5,
      0.4,
      1,
      1.8,
    ],
    ["a measured cell behind a slow link", { kind: "log-normal", logSigma: 0.03 }, 3, 0.7, 0.2, 3],
    ["a utilisation that is truncated", { kind: "normal-utilisation", relativeSigma: 1 }, 0, 0, 1, 1.3],
  ] as const)(
    "equals a million draws within 0.002: %s",
    (_, law, transferSeconds, transferLogSigma, expectedSeconds, deadline) => {
      const random = seededRandom(1, "round-time", law.kind, transferSeconds);
      const quantiles = Array.from({ length: 4097 }, (_, index) =>
        computeQuantile(law, Math.min(1 - 1e-9, Math.max(1e-9, index / 4096))),
      );
      /** A draw by inversion; the table's quantiles are joined by lines. */
      const draw = () => {
        const position = random.next() * 4096;
        const below = quantiles[Math.floor(position)] as number;
        const above = quantiles[Math.floor(position) + 1] as number;
        return below + (above - below) * (position % 1);
      };
      let inTime = 0;
      for (let index = 0; index < 1_000_000; index++) {
        const transfer = transferSeconds * Math.exp(transferLogSigma * standardNormalVariate(random));
        if (0.1 + transfer + expectedSeconds * draw() <= deadline) inTime += 1;
      }
      const compute = [{ expectedSeconds, law }];
      const closed = roundTimeCdf({ fixedSeconds: 0.1, transferSeconds, transferLogSigma, compute }, deadline);
      expect(Math.abs(closed - inTime / 1e6)).toBeLessThan(0.002);
    },
  );

  it("never falls with a longer deadline, a faster link or a faster device", () => {
    const factor = fc.double({ min: 1, max: 100, noNaN: true });
    fc.assert(
      fc.property(laws, seconds, factor, factor, factor, (law, deadline, longer, link, device) => {
        const p = roundTimeCdf(law, deadline);
        expectNotBelow(roundTimeCdf(law, deadline * longer), p);
        expectNotBelow(roundTimeCdf({ ...law, transferSeconds: law.transferSeconds / link }, deadline), p);
        const compute = law.compute.map((each) => ({ ...each, expectedSeconds: each.expectedSeconds / device }));
        expectNotBelow(roundTimeCdf({ ...law, compute }, deadline), p);
      }),
      { numRuns: 300 },
    );
  });

  it("does not jump where the transfers leave just what is expected of the computation", () => {
    const compute = [
      { expectedSeconds: 0.01, law: { kind: "log-student-t", logScale: 1, degreesOfFreedom: 7.125 } },
    ] as const;
    const law = { fixedSeconds: 0, transferSeconds: 0.01, transferLogSigma: 0.1675520109899962, compute };
    expect(Math.abs(roundTimeCdf(law, 0.01 + 2e-18) - roundTimeCdf(law, 0.01))).toBeLessThan(1e-12);
  });

  it("is the mean of its components", () => {
    fc.assert(
      fc.property(laws, seconds, (law, deadline) => {
        const each = law.compute.map((component) => roundTimeCdf({ ...law, compute: [component] }, deadline));
        expect(roundTimeCdf(law, deadline)).toBeCloseTo(each.reduce((a, b) => a + b, 0) / each.length, 10);
      }),
    );
  });

  it("has a quantile that the distribution function undoes", () => {
    fc.assert(
      fc.property(laws, fc.double({ min: 0.02, max: 0.98, noNaN: true }), (law, probability) => {
        expect(roundTimeCdf(law, roundTimeQuantile(law, probability))).toBeCloseTo(probability, 5);
      }),
      { numRuns: 50 },
    );
    const law = { fixedSeconds: 0, transferSeconds: 1, transferLogSigma: 0, compute: [] };
    for (const wrong of [0, 1, -1, Number.NaN]) {
      expect(() => roundTimeQuantile(law, wrong)).toThrow(
        expect.objectContaining({ code: "selection.invalid-argument" }),
      );
    }
  });

  it("has a quantile where a long certain part leaves the others no digits", () => {
    const law = { kind: "log-normal", logSigma: 0.25 } as const;
    const compute = [{ expectedSeconds: 0, law }];
    const round = { fixedSeconds: 0.2, transferSeconds: 1e-8, transferLogSigma: 0.5, compute };
    // exp(0.5 * 1.2816) = 1.898: 0.2 s + 1.898e-8 s, to the last digits of 0.2.
    expect(roundTimeQuantile(round, 0.9) - 0.2).toBeCloseTo(1.898e-8, 11);
  });

  it("is that of the link alone where nothing is computed, and 0 before the certain parts are over", () => {
    const law = { kind: "log-normal", logSigma: 0.2 } as const;
    const idle = { fixedSeconds: 1, transferSeconds: 2, transferLogSigma: 0.5, compute: [{ expectedSeconds: 0, law }] };
    // ln((1 + 2 e^0.5 - 1) / 2) / 0.5 = 1 sigma.
    expect(roundTimeCdf(idle, 1 + 2 * Math.exp(0.5))).toBeCloseTo(0.841345, 6);
    expect(roundTimeCdf(idle, 1)).toBe(0);
  });
});
