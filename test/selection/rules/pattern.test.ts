import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob, matchesPattern } from "../../../selection/rules/pattern.ts";

describe("a glob", () => {
  it.each([
    ["sat-*", "sat-17", true],
    ["sat-*", "sat-", true],
    ["sat-*", "a-sat-17", false],
    ["sat-?", "sat-1", true],
    ["sat-?", "sat-17", false],
    ["sat-?", "sat-", false],
    ["*-17", "sat-17", true],
    ["*a*b", "aab", true],
    ["*a*b", "aba", false],
    ["SAT-1", "sat-1", false],
    ["sat.1", "sat-1", false],
    ["*", "", true],
    ["", "a", false],
    ["a*", "line\nbreak", false],
    ["line*", "line\nbreak", true],
    ["star*", "star*", true],
  ])("%j says of %j: %s", (glob, text, expected) => {
    expect(matchesGlob(glob, text)).toBe(expected);
  });

  it("means what the regular expression means in which * is any characters and ? is one", () => {
    const short = (signs: string) => fc.string({ unit: fc.constantFrom(...signs), maxLength: 8 });
    fc.assert(
      fc.property(short("ab*?"), short("ab"), (glob, text) => {
        const expression = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
        expect(matchesGlob(glob, text)).toBe(expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("of many stars answers where a regular expression would try for ever", () => {
    expect(matchesGlob(`${"*a".repeat(25)}*b`, "a".repeat(60))).toBe(false);
  });
});

describe("a pattern", () => {
  const client = { clientId: "sat-1", labels: ["site:berlin", "tier gold"] };

  it("names a client by its id, or after label: by any of its labels", () => {
    expect(matchesPattern("sat-1", client)).toBe(true);
    expect(matchesPattern("label:site:berlin", client)).toBe(true);
    expect(matchesPattern("label:site:*", client)).toBe(true);
    expect(matchesPattern("label:tier gold", client)).toBe(true);
    expect(matchesPattern("label:site", client)).toBe(false);
    expect(matchesPattern("label:sat-1", client)).toBe(false);
    expect(matchesPattern("site:berlin", client)).toBe(false);
  });

  it("names no client without labels by a label", () => {
    expect(matchesPattern("label:*", { clientId: "a" })).toBe(false);
    expect(matchesPattern("label:*", { clientId: "a", labels: [] })).toBe(false);
  });
});
