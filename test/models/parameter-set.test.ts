import { describe, expect, it } from "vitest";
import { createParameterSet, elementCount, firstNonFinite, layoutDifference } from "../../models/parameter-set.ts";

const layout = [
  { name: "a", shape: [2, 3] },
  { name: "b", shape: [] },
];

describe("a parameter set", () => {
  it("holds its tensors one behind the other in one array, as views", () => {
    const set = createParameterSet(layout, Float32Array.of(1, 2, 3, 4, 5, 6, 7));
    expect(set.tensors.map(({ values }) => [...values])).toEqual([[1, 2, 3, 4, 5, 6], [7]]);
    set.tensors[1]?.values.fill(9);
    expect(set.values[6]).toBe(9);
  });

  it("is zeros where no values are given", () => {
    expect([...createParameterSet(layout).values]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("refuses values that are too few or too many", () => {
    expect(() => createParameterSet(layout, new Float32Array(6))).toThrow(
      expect.objectContaining({
        code: "models.shape-mismatch",
        message: expect.stringContaining("7 parameters but 6"),
      }),
    );
  });

  it("counts a scalar as one element and an empty dimension as none", () => {
    expect([elementCount([]), elementCount([5, 5, 1, 6]), elementCount([3, 0])]).toEqual([1, 150, 0]);
  });
});

describe("layoutDifference", () => {
  it.each([
    ["nothing", layout, undefined],
    ["a missing tensor", layout.slice(1), "1 tensors instead of 2"],
    ["another name", [{ name: "x", shape: [2, 3] }, layout[1]], 'tensor 0 is named "x" instead of "a"'],
    ["the same elements in another shape", [{ name: "a", shape: [3, 2] }, layout[1]], "shape [3,2] instead of [2,3]"],
  ])("tells %s", (_, actual, sentence) => {
    const difference = layoutDifference(layout, actual as typeof layout);
    if (sentence === undefined) expect(difference).toBeUndefined();
    else expect(difference).toContain(sentence);
  });
});

describe("firstNonFinite", () => {
  it.each([
    [[1, -2, 0, 3e38], -1],
    [[1, Number.NaN, Number.NaN], 1],
    [[Number.NEGATIVE_INFINITY], 0],
    [[], -1],
  ])("finds in %j the index %i", (values, index) => {
    expect(firstNonFinite(Float32Array.from(values))).toBe(index);
  });
});
