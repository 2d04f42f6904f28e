import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { griddedSpreads, gridFor, lawGrids } from "../../../selection/latency/column-grids.ts";
import { findStepModel } from "../../../selection/latency/find-latency-model.ts";
import { type CandidateColumns, forecastColumns } from "../../../selection/latency/forecast-columns.ts";
import { known, lenetWorkload } from "../support.ts";

/** So many spreads from the first on, a thousandth apart; as columns hold them. */
const spreadsFrom = (first: number, count: number) =>
  Float32Array.from({ length: count }, (_, index) => first + index / 1000);

describe("the spreads that have grids", () => {
  it("are at most 32: those that most clients have, of equals the smaller ones", () => {
    // 40 spreads: 0.300 .. 0.339 once each, the last two once more.
    const once = spreadsFrom(0.3, 40);
    const { spreads } = griddedSpreads(Float32Array.from([...once, ...once.subarray(38)]));
    expect(spreads).toEqual([...once.subarray(0, 30), ...once.subarray(38)]);
  });

  it("are the same in whatever order the clients stand", () => {
    const anySpread = fc.integer({ min: 0, max: 60 }).map((step) => 0.05 + step / 800);
    fc.assert(
      fc.property(fc.array(anySpread, { maxLength: 200 }), fc.func(fc.double()), (drawn, orderOf) => {
        const shuffled = drawn.toSorted((a, b) => orderOf(a) - orderOf(b));
        expect(griddedSpreads(Float32Array.from(shuffled))).toEqual(griddedSpreads(Float32Array.from(drawn)));
      }),
    );
  });

  it("leave out links without a spread, too steady or too shaky ones, and what is no spread", () => {
    expect(griddedSpreads(Float32Array.of(0, 0.01, 2.5, Number.NaN, -1, 99)).spreads).toEqual([]);
  });

  it("find their grid even where two share a hundredth, and no other spread does", () => {
    const [a, b, c] = spreadsFrom(0.5, 3) as unknown as [number, number, number];
    const grids = lawGrids(griddedSpreads(Float32Array.of(a, b)))({ kind: "log-normal", logSigma: 0.3 });
    if (grids === null) throw new Error("A law of that spread has grids.");
    expect(gridFor(grids, a)).not.toBe(gridFor(grids, b));
    expect(gridFor(grids, a)).toBe(gridFor(grids, a));
    expect(gridFor(grids, c)).toBeNull();
  });
});

describe("a forecast in columns", () => {
  const SIZE = 6000;
  /** Clients whose round is in doubt, each on a link of one of the spreads. */
  function probabilitiesWith(spreads: Float32Array): Float64Array {
    const candidates: CandidateColumns = {
      deviceIndices: new Uint16Array(SIZE),
      exampleCounts: Uint32Array.from({ length: SIZE }, (_, index) => 3000 + 7 * (index % 1000)),
      downlinkBitsPerSecond: new Float32Array(SIZE).fill(2e7),
      uplinkBitsPerSecond: new Float32Array(SIZE).fill(1e7),
      roundTripSeconds: new Float32Array(SIZE),
      transferLogSigmas: Float32Array.from({ length: SIZE }, (_, index) => spreads[index % spreads.length] as number),
    };
    const probabilities = new Float64Array(SIZE);
    forecastColumns({
      ...{ stepModel: findStepModel("roofline"), devices: [{ device: known() }], workload: lenetWorkload },
      ...{ candidates, deadlineSeconds: 1.5, probabilities },
    });
    return probabilities;
  }

  it("has the same bits whatever fleets the process has forecast before", () => {
    // More spreads in each than have grids, half of them in both.
    const [one, other] = [spreadsFrom(0.4, 40), spreadsFrom(0.42, 40)];
    const first = [probabilitiesWith(one), probabilitiesWith(other)];
    const second = [probabilitiesWith(other), probabilitiesWith(one)].reverse();
    expect(second).toEqual(first);
    // 40 fleets of 32 grids each are more grids than a process keeps: those of the first are made anew.
    for (let fleet = 0; fleet < 40; fleet++) probabilitiesWith(spreadsFrom(0.5 + fleet / 25, 32));
    expect(probabilitiesWith(one)).toEqual(first[0]);
    expect(new Set(first[0]).size).toBeGreaterThan(500);
  });
});
