import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { descendingOrder } from "../../../selection/probability/descending-order.ts";

describe("descendingOrder", () => {
  it("puts the most probable first and equal ones in the given order", () => {
    expect([...descendingOrder([0.2, 0.9, 0.9, 0.5])]).toEqual([1, 2, 3, 0]);
    expect([...descendingOrder([0.9, 0.9, 0.2])]).toEqual([0, 1, 2]);
    expect([...descendingOrder([])]).toEqual([]);
  });

  it("is a stable sort of every index", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75, 1)), (probabilities) => {
        const sorted = probabilities.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
        expect([...descendingOrder(probabilities)]).toEqual(sorted.map(({ index }) => index));
      }),
    );
  });
});
