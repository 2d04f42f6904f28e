import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FrontierPoint,
  meanPoints,
  paretoFrontier,
  pointAtCompliance,
} from "../../../../experiments/studies/statistics/frontier.ts";

const point = (compliance: number, waste: number, asked = 10) => ({ compliance, waste, asked });
const wasteAtCompliance = (points: readonly FrontierPoint[], target: number) =>
  pointAtCompliance(points, target)?.waste ?? null;
/** The third is beaten by the second: more waste for less compliance. */
const swept = [point(0.5, 1), point(0.8, 2), point(0.7, 3), point(0.9, 6)];

describe("the frontier of a policy's settings", () => {
  it("leaves out what another setting beats or equals in both", () => {
    expect(paretoFrontier(swept)).toEqual([point(0.5, 1), point(0.8, 2), point(0.9, 6)]);
    expect(paretoFrontier([point(0.8, 2), point(0.8, 1), point(0.8, 1)])).toEqual([point(0.8, 1)]);
    expect(paretoFrontier([point(0.8, 1), point(0.7, 1)])).toEqual([point(0.8, 1)]);
    expect(paretoFrontier([])).toEqual([]);
  });

  it("gives the waste at a compliance, linear between its points", () => {
    expect(wasteAtCompliance(swept, 0.8)).toBe(2);
    // Halfway from (0.8, 2) to (0.9, 6).
    expect(wasteAtCompliance(swept, 0.85)).toBeCloseTo(4, 12);
    // A third of the way from (0.5, 1) to (0.8, 2).
    expect(wasteAtCompliance(swept, 0.6)).toBeCloseTo(4 / 3, 12);
    expect(wasteAtCompliance(swept, 0.9)).toBe(6);
  });

  it("gives the clients asked, too, and the compliance of the cheapest setting where that is more than the target", () => {
    // Half-way from 20 to 24 clients.
    expect(pointAtCompliance([point(0.5, 1, 20), point(1, 5, 24)], 0.75)).toEqual(point(0.75, 3, 22));
    expect(pointAtCompliance([point(0.6, 5), point(0.8, 2, 30)], 0.7)).toEqual(point(0.8, 2, 30));
  });

  it("has no setting whose waste is infinite", () => {
    expect(pointAtCompliance([point(0.5, 1), point(0.9, Number.POSITIVE_INFINITY)], 0.7)).toBeNull();
    // The seed without a waste says nothing of it, but of the compliance.
    expect(meanPoints([[point(0, Number.POSITIVE_INFINITY, 0)], [point(0.5, 4, 20)]])).toEqual([point(0.25, 4, 10)]);
  });

  it("gives nothing outside of what was attained", () => {
    expect(wasteAtCompliance(swept, 0.49)).toBeNull();
    expect(wasteAtCompliance(swept, 0.91)).toBeNull();
    expect(wasteAtCompliance([], 0.5)).toBeNull();
  });

  it("takes the cheapest setting where that does more than was asked for", () => {
    // The setting with 0.6 costs more than the one with 0.8: for 0.7 nobody would take it.
    expect(wasteAtCompliance([point(0.6, 5), point(0.8, 2), point(0.9, 4)], 0.7)).toBe(2);
  });

  it("never asks for less waste at a higher compliance, nor for less than the cheapest point", () => {
    const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    const points = fc.array(
      fc.tuple(share, fc.integer({ min: 0, max: 50 })).map(([compliance, waste]) => point(compliance, waste)),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(points, share, share, (made, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((target) => wasteAtCompliance(made, target));
        fc.pre(typeof low === "number" && typeof high === "number");
        expect(low).toBeLessThanOrEqual((high as number) + 1e-9);
        expect(low).toBeGreaterThanOrEqual(Math.min(...made.map(({ waste }) => waste)));
      }),
    );
  });

  it("is that of the mean over seeds, setting by setting", () => {
    expect(
      meanPoints([
        [point(0.5, 1), point(0.9, 4)],
        [point(0.75, 2), point(1, 8)],
      ]),
    ).toEqual([point(0.625, 1.5), point(0.95, 6)]);
    expect(meanPoints([])).toEqual([]);
  });
});
