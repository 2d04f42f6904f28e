import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { priorityLevels } from "../../../selection/policy/priority-levels.ts";
import { firstOf } from "../../../selection/policy/ranking.ts";

const all = (size: number) => Uint32Array.from({ length: size }, (_, index) => index);

describe("the first of an order", () => {
  it("are those of a whole sort: by priority, then weight, ties by draw", () => {
    const entry = fc.record({ priority: fc.integer({ min: 0, max: 2 }), weight: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), fc.integer({ min: 0, max: 25 }), (entries, count) => {
        const priorities = Float64Array.from(entries, ({ priority }) => priority);
        const weights = Float64Array.from(entries, ({ weight }) => weight);
        // A draw each, in no order of the indices.
        const drawOf = (index: number) => (index * 7) % 23;
        const eligible = all(entries.length);
        const at = (column: Float64Array, index: number) => column[index] as number;
        const sorted = [...eligible].sort(
          (a, b) => at(priorities, b) - at(priorities, a) || at(weights, b) - at(weights, a) || drawOf(a) - drawOf(b),
        );
        const chosen = firstOf({ eligible, weights, drawOf, priorities }, count);
        expect([...chosen]).toEqual(sorted.slice(0, count));
      }),
    );
  });

  it("may be all of a large fleet, of one priority or of as many as there are clients", () => {
    const size = 200_000;
    const eligible = all(size);
    const weights = new Float64Array(size);
    for (const priorities of [new Float64Array(size), Float64Array.from(eligible)]) {
      const chosen = firstOf({ eligible, weights, drawOf: (index) => -index, priorities }, size);
      expect(chosen).toHaveLength(size);
      expect([chosen[0], chosen.at(-1)]).toEqual([size - 1, 0]);
    }
  });
});

describe("levels of priority", () => {
  it("are the members of each, highest first, and one where all are alike", () => {
    expect(priorityLevels(Uint32Array.of(0, 1, 2, 4), Float64Array.of(0, 5, 0, 9, 5))).toEqual([
      Uint32Array.of(1, 4),
      Uint32Array.of(0, 2),
    ]);
    expect(priorityLevels(Uint32Array.of(2, 1), null)).toEqual([Uint32Array.of(2, 1)]);
    expect(priorityLevels(new Uint32Array(0), new Float64Array(0))).toEqual([]);
  });
});
