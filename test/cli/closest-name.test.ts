import { describe, expect, it } from "vitest";
import { closestName } from "../../cli/closest-name.ts";

describe("closestName", () => {
  it.each([
    // given, known names, expected
    ["deviecs", ["demo", "devices"], "devices"], // two replacements; 7 / 3 = 2 are allowed
    ["dem", ["demo", "devices"], "demo"], // one insertion
    ["reprot", ["report", "server"], "report"], // two replacements; 6 / 3 = 2 are allowed
    ["xyz", ["demo", "devices"], undefined],
    ["", ["demo"], undefined],
    ["demo", [], undefined],
  ])("of %s among %j is %s", (given, names, expected) => {
    expect(closestName(given, names)).toBe(expected);
  });
});
