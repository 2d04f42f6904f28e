import { describe, expect, it } from "vitest";
import { numberColumn } from "../../../selection/policy/number-column.ts";

describe("a column made of another", () => {
  it("has the value of each element, which may depend on its place", () => {
    const halves = numberColumn(Uint32Array.of(1, 2, 5), (element, index) => element / 2 + 10 * index);
    expect(halves).toEqual(Float64Array.of(0.5, 11, 22.5));
    expect(numberColumn(new Uint8Array(0), () => 1)).toEqual(new Float64Array(0));
  });
});
