import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundTimeCdf } from "../../../selection/probability/round-time.ts";
import { gridProbability, hasGrid, hasGridFor, roundTimeGrid } from "../../../selection/probability/round-time-grid.ts";

const laws = [
  { kind: "normal-utilisation", relativeSigma: 0.25 },
  { kind: "normal-utilisation", relativeSigma: 0.13 },
  { kind: "log-normal", logSigma: 0.44 },
  { kind: "log-student-t", logScale: 0.34, degreesOfFreedom: 2.5 },
] as const;
const share = (from: number, to: number) =>
  fc.double({ min: Math.log(from), max: Math.log(to), noNaN: true }).map((logarithm) => Math.exp(logarithm));

describe("the grid of a round's probabilities", () => {
  it.each(laws.flatMap((law) => [0.1, 0.41, 1.38, 2].map((logSigma) => [law, logSigma] as const)))(
    "is within 3e-3 of the integral, for %j on a link of spread %d",
    (law, logSigma) => {
      const grid = roundTimeGrid(law, logSigma);
      const shares = fc.oneof(share(1e-6, 10), fc.double({ min: 0.3, max: 1.5, noNaN: true }));
      fc.assert(
        fc.property(shares, shares, (computeShare, transferShare) => {
          const round = { fixedSeconds: 0, transferSeconds: transferShare, transferLogSigma: logSigma };
          const exact = roundTimeCdf({ ...round, compute: [{ expectedSeconds: computeShare, law }] }, 1);
          expect(Math.abs(gridProbability(grid, computeShare, transferShare) - exact)).toBeLessThan(3e-3);
        }),
        { numRuns: 500 },
      );
    },
  );

  it("is certain where nothing is computed or moved, and hopeless where either takes ten times the slack", () => {
    const grid = roundTimeGrid(laws[0], 0.41);
    expect(gridProbability(grid, 0, 0)).toBe(1);
    expect([gridProbability(grid, 10, 0), gridProbability(grid, 0, 10)]).toEqual([0, 0]);
  });

  it("is not offered for links whose grid would be too coarse or too large", () => {
    expect([1e-7, 0.05, 3].map(hasGridFor)).toEqual([false, false, false]);
    expect([0.1, 0.41, 1.38, 2].map(hasGridFor)).toEqual([true, true, true, true]);
  });

  it("is not offered for laws sharper than its lines", () => {
    expect(hasGrid({ kind: "log-normal", logSigma: 0.012 })).toBe(false);
    expect(hasGrid({ kind: "log-normal", logSigma: 0.12 })).toBe(true);
  });
});
