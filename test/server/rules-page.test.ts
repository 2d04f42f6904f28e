// The page about rules: what it shows as configuration is one, and does what it says.

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createRuledPolicy } from "../../selection/rules/ruled-policy.ts";
import { parseConfig } from "../../server/load-config.ts";
import { chosenBy } from "../selection/policies/support.ts";
import { forecastCandidate } from "../selection/support.ts";

const page = await readFile(new URL("../../docs/rules.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) =>
  parseConfig(parse(text ?? ""), "docs/rules.md"),
);

describe("docs/rules.md", () => {
  it("shows configurations that a run starts with", () => {
    expect(examples).toHaveLength(2);
    for (const { selection } of examples) {
      expect(createRuledPolicy(selection.policy, selection).name).toBe(selection.policy);
    }
  });

  it("prefers A, B and C of five clients, and takes the others only where they are missing", () => {
    const candidates = ["A", "B", "C", "X", "Y"].map((name) => forecastCandidate(name, 0.5));
    const selection = examples[1]?.selection;
    if (selection === undefined) throw new Error("the page has a second example");
    for (let seed = 0; seed < 20; seed++) {
      const chosen = (present: typeof candidates) =>
        chosenBy(createRuledPolicy(selection.policy, selection), present, { seed });
      expect(chosen(candidates)).toEqual(["A", "B", "C"]);
      expect(chosen(candidates.slice(1))).toEqual(expect.arrayContaining(["B", "C"]));
      expect(chosen(candidates.slice(1))).toHaveLength(3);
    }
  });
});
