import { describe, expect, it } from "vitest";
import { deadlineOf } from "../../../../experiments/simulation/world/deadline.ts";
import { lenetWorkload } from "../../../selection/support.ts";
import { errorWith, fixedTruth, uniformFleet, worldOf } from "../support.ts";

const deadline = (size: number, slo: Record<string, unknown>, truth = fixedTruth(secondsOf), seed = 1) =>
  deadlineOf(worldOf({ slo }).slo, { fleet: uniformFleet(size), truth, workload: lenetWorkload, seed });

/** Client i takes i + 1 seconds. */
const secondsOf = (client: number) => ({ downloadSeconds: 0.25, computeSeconds: client + 0.5, uploadSeconds: 0.25 });

describe("the deadline of a world", () => {
  it("is the one that is given", () => {
    expect(deadline(10, { deadlineSeconds: 12.3456789 })).toBe(12.3456789);
  });

  it("is the quantile of the clients' round times", () => {
    // 101 clients take 1, 2 .. 101 s: 70 % of 101 are 70.7, so the 71st.
    expect(deadline(101, { deadlineQuantile: 0.7 })).toBe(71);
    expect(deadline(101, { deadlineQuantile: 0.3 })).toBe(31);
  });

  it("is taken from each client's median round, which one bad round does not move", () => {
    const truth = {
      ...fixedTruth(secondsOf),
      durationOf: (client: number, round: number) => ({
        ...secondsOf(client),
        computeSeconds: round === 4 ? 1e6 : client + 0.5 + (round > 5 ? 0.1 : -0.1),
        uploadSeconds: round === 3 ? Number.POSITIVE_INFINITY : 0.25,
      }),
    };
    // Of 11 rounds: 1, 2 and 5 lie 0.1 below, 6 to 11 above, 3 and 4 are hopeless: the median is one of those above.
    expect(deadline(101, { deadlineQuantile: 0.7 }, truth)).toBe(71.1);
  });

  it("has four significant digits", () => {
    const truth = fixedTruth(() => ({ downloadSeconds: 0, computeSeconds: 1234.5678, uploadSeconds: 0 }));
    expect(deadline(3, {}, truth)).toBe(1235);
    const quick = fixedTruth(() => ({ downloadSeconds: 0, computeSeconds: 0.0012345678, uploadSeconds: 0 }));
    expect(deadline(3, {}, quick)).toBe(0.001235);
  });

  it("of a large fleet is that of a sample, by the seed", () => {
    const truth = fixedTruth((client) => ({ downloadSeconds: 0, computeSeconds: client + 1, uploadSeconds: 0 }));
    const [first, second] = [1, 2].map((seed) => deadline(50_000, { deadlineQuantile: 0.5 }, truth, seed));
    expect(first).toBe(deadline(50_000, { deadlineQuantile: 0.5 }, truth, 1));
    expect(first).not.toBe(second);
    // The median of 2,000 of them has a standard error of 560.
    for (const seconds of [first, second]) expect(Math.abs((seconds as number) - 25_000)).toBeLessThan(2_500);
  });

  it("is refused where so many never report that there is none", () => {
    const lost = fixedTruth(() => ({ downloadSeconds: 1, computeSeconds: 1, uploadSeconds: Number.POSITIVE_INFINITY }));
    expect(() => deadline(10, {}, lost)).toThrow(errorWith("experiments.invalid-scenario", "slo.deadlineSeconds"));
  });
});
