import { describe, expect, it } from "vitest";
import { closestName, slipsBetween } from "../../foundation/closest-name.ts";

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

describe("slipsBetween", () => {
  it.each([
    ["3090", "3090", 0],
    ["3900", "3090", 1], // neighbours in the wrong order
    ["orion", "orin", 1], // one insertion
    ["3905", "3090", 2], // more than the order differs
  ])("counts from %s to %s %d", (given, name, slips) => {
    expect(slipsBetween(given, name)).toBe(slips);
  });
});
