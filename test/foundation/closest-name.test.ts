import { describe, expect, it } from "vitest";
import { closestName, nearestNames } from "../../foundation/closest-name.ts";

describe("closestName", () => {
  it.each([
    // given, known names, expected
    ["deviecs", ["demo", "devices"], "devices"], // two replacements; 7 / 3 = 2 are allowed
    ["dem", ["demo", "devices"], "demo"], // one insertion
    ["reprot", ["report", "server"], "report"], // neighbours in the wrong order
    ["modle", ["model", "mode"], "model"], // two replacements would be more than 5 / 3; in the wrong order they are one
    ["xyz", ["demo", "devices"], undefined],
    ["", ["demo"], undefined],
    ["demo", [], undefined],
  ])("of %s among %j is %s", (given, names, expected) => {
    expect(closestName(given, names)).toBe(expected);
  });
});

describe("nearestNames", () => {
  const names = ["GeForce RTX 3090", "Jetson Nano", "GeForce RTX 3080", "Tesla T4"];

  it("are the nearest first, in any case, and no more than asked for", () => {
    // "geforce 3095": four insertions and one replacement of 16 to the 3090, one replacement more to the 3080.
    expect(nearestNames("geforce 3095", names, 2)).toEqual(["GeForce RTX 3090", "GeForce RTX 3080"]);
    expect(nearestNames("geforce 3095", names, 1)).toEqual(["GeForce RTX 3090"]);
  });

  it("are none where more than half of the letters differ", () => {
    expect(nearestNames("llvmpipe", names, 3)).toEqual([]);
    expect(nearestNames("", names, 3)).toEqual([]);
  });
});
