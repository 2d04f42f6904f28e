import { describe, expect, it } from "vitest";
import {
  changedProbabilities,
  tierEdges,
  tierLosses,
  tierOf,
} from "../../../../../selection/policies/learning/tifl/tiers.ts";
import { drawTier } from "../../../../../selection/policies/learning/tifl/tifl-turn.ts";

describe("tifl's tiers", () => {
  it("are of equal size by latency, the faster ones one larger where it does not come out even", () => {
    // 7 = 3 + 2 + 2: 1, 2, 3 | 4, 5 | 6, 7.
    expect([...tierEdges(Float64Array.of(7, 3, 1, 5, 2, 6, 4), 3)]).toEqual([1, 4, 6, 7]);
  });

  it("are as many as there are clients, if those are fewer, and none without any", () => {
    expect([...tierEdges(Float64Array.of(2, 1), 5)]).toEqual([1, 2, 2]);
    expect([...tierEdges(new Float64Array(0), 5)]).toEqual([]);
  });

  it("have clients of one latency together, and the outer ones no end", () => {
    const edges = tierEdges(Float64Array.of(1, 2, 2, 2, 2, 3), 3);
    expect([...edges]).toEqual([1, 2, 2, 3]);
    expect([0.1, 1, 1.9, 2, 3, 99].map((latency) => tierOf(latency, edges))).toEqual([0, 0, 0, 2, 2, 2]);
  });

  it("have the mean of their members' losses, as far as they are known", () => {
    // The first: (1 + 3) / 2; the second: 8 alone, of which one is not known and one was dropped.
    const latencySeconds = Float64Array.of(1, 2, 5, 6, Number.POSITIVE_INFINITY, Number.NaN);
    const losses = Float64Array.of(1, 3, 8, Number.NaN, 100, 100);
    expect([...tierLosses({ latencySeconds, losses }, Float64Array.of(1, 5, 9, 9))]).toEqual([2, 8, Number.NaN]);
  });
});

describe("tifl's probabilities", () => {
  it("go by the rank of the loss among the tiers that have credits", () => {
    // Three of four have credits, D = 3 * 4 / 2 = 6: 3 / 6 for the loss 0.9, 2 / 6 for 0.5, 1 / 6 for 0.2.
    const probabilities = changedProbabilities(Float64Array.of(0.5, 2, 0.2, 0.9), [1, 0, 7, 2]);
    expect([...probabilities]).toEqual([2 / 6, 0, 1 / 6, 3 / 6]);
  });

  it("take an unknown loss for the greatest, and of equal losses the faster tier first", () => {
    expect([...changedProbabilities(Float64Array.of(5, Number.NaN, 5), [1, 1, 1])]).toEqual([2 / 6, 3 / 6, 1 / 6]);
    expect([...changedProbabilities(Float64Array.of(5, 5), [0, 0])]).toEqual([0, 0]);
  });

  it("are the parts of a draw's range, whatever they add up to", () => {
    const weights = Float64Array.of(0.1, 0, 0.3);
    expect([0.001, 0.249, 0.251, 0.999].map((uniform) => drawTier(weights, uniform))).toEqual([0, 0, 2, 2]);
  });
});
