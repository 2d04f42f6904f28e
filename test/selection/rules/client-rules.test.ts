import { describe, expect, it } from "vitest";
import { checkedRules, clientRulesSchema, hasRules } from "../../../selection/rules/client-rules.ts";

const problemsOf = (rules: unknown) =>
  clientRulesSchema.safeParse(rules).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("rules about clients", () => {
  it("are taken as they are written", () => {
    const rules = {
      include: ["sat-*", "label:site:*"],
      exclude: ["sat-9"],
      requireLabels: ["tier:gold"],
      anyLabels: ["site:berlin", "site:paris"],
      forbidLabels: ["beta*"],
      priority: [{ match: "label:tier:gold", level: 2 }],
      participation: { floor: 0.1, cap: 0.5 },
    };
    expect(clientRulesSchema.parse(rules)).toEqual(rules);
    expect(clientRulesSchema.parse({})).toEqual({});
  });

  it.each([
    ["a rule that does not exist", { includ: [] }, /Unrecognized key: "includ"/],
    ["an empty include, which would admit nobody", { include: [] }, /^include: Too small/],
    ["an empty anyLabels, likewise", { anyLabels: [] }, /^anyLabels: Too small/],
    ["signs that other globs have", { exclude: ["sat-[12]"] }, /^exclude\.0: A client id has only letters/],
    ["a label without its prefix and with a space", { include: ["tier gold"] }, /label is written label:NAME/],
    ["a prefix without a label", { exclude: ["label:"] }, /^exclude\.0: Write the label after "label:"/],
    ["a prefix where only labels stand", { requireLabels: ["label:a"] }, /^requireLabels\.0: Only labels stand here/],
    ["a level that is no number", { priority: [{ match: "a", level: "high" }] }, /^priority\.0\.level: .*number/],
    ["a level beyond numbers", { priority: [{ match: "a", level: Number.POSITIVE_INFINITY }] }, /^priority\.0\.level/],
    ["a share above 1", { participation: { cap: 50 } }, /^participation\.cap: Too big/],
    [
      "a floor above the cap",
      { participation: { floor: 0.5, cap: 0.25 } },
      /^participation\.floor: A floor of 0\.5 is more than the cap of 0\.25: lower the floor or raise the cap$/,
    ],
  ])("refuse %s", (_, rules, problem) => {
    expect(problemsOf(rules)).toEqual([expect.stringMatching(problem)]);
  });

  it("admit a floor that equals the cap", () => {
    expect(problemsOf({ participation: { floor: 0.5, cap: 0.5 } })).toEqual([]);
  });

  it("that a program gives are refused with the place and the rules that there are", () => {
    expect(() => checkedRules({ participation: { floor: 0.5, cap: 0.25 } })).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/participation: floor: A floor of 0\.5 .* Known rules: include, exclude/),
      }),
    );
  });

  it("are none if nothing is said", () => {
    expect(hasRules(undefined)).toBe(false);
    expect(hasRules({})).toBe(false);
    expect(hasRules({ include: undefined })).toBe(false);
    expect(hasRules({ include: ["*"] })).toBe(true);
  });
});
