import { describe, expect, it } from "vitest";
import { inQuotes, listed } from "../../foundation/listed.ts";

describe("a list of names for people", () => {
  it.each([
    [["a", "b"], "a, b"],
    [["a", "b", "c"], "a, b, c"],
    [["a", "b", "c", "d", "e"], "a, b, c and 2 more"],
    [[], ""],
  ])("of %j ends after three, with how many more there are", (names, text) => {
    expect(listed(names, 3)).toBe(text);
  });

  it("writes each name as it is told to", () => {
    expect(listed(["a", "b"], 1, inQuotes)).toBe('"a" and 1 more');
  });
});
