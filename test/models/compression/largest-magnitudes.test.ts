import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestMagnitudes } from "../../../models/compression/largest-magnitudes.ts";

describe("the largest magnitudes", () => {
  it("are found by their places, ascending, whatever their signs", () => {
    expect([...largestMagnitudes(Float64Array.of(1, -3, 0, 2), 2)]).toEqual([1, 3]);
  });

  it("of equal ones are the first", () => {
    expect([...largestMagnitudes(Float64Array.of(2, -2, 5, 2, 2), 3)]).toEqual([0, 1, 2]);
  });

  it("are never zeros", () => {
    expect([...largestMagnitudes(Float64Array.of(0, -0, 1e-45, 0), 3)]).toEqual([2]);
    expect([...largestMagnitudes(new Float64Array(4), 2)]).toEqual([]);
    expect([...largestMagnitudes(new Float64Array(0), 1)]).toEqual([]);
  });

  it("are those that sorting gives", () => {
    const float = fc.float({ noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(float, fc.constantFrom(0, 1, -1, 2)), { maxLength: 200 }),
        fc.nat(220),
        (all, extra) => {
          const values = Float64Array.from(all);
          const count = extra + 1;
          const sorted = [...values.keys()]
            .filter((index) => values[index] !== 0)
            .sort((a, b) => Math.abs(values[b] as number) - Math.abs(values[a] as number) || a - b);
          expect([...largestMagnitudes(values, count)]).toEqual(sorted.slice(0, count).sort((a, b) => a - b));
        },
      ),
    );
  });
});
