// The documents say what there is.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { policyNames } from "../selection/policies/find-policy.ts";
import { quorumSettings } from "../selection/policies/quorum/quorum-settings.ts";
import { findStrategy, strategyNames } from "../server/aggregation/find-strategy.ts";
import { parseConfig } from "../server/load-config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

describe("the documents", () => {
  it("have a row for every policy in the table of policies", () => {
    const named = [...read("docs/policies.md").matchAll(/^\| .*$/gm)].flatMap(([row]) => [
      ...row.matchAll(/`([\w-]+)`\]/g),
    ]);
    expect(named.map(([, name]) => name).sort()).toEqual([...policyNames].sort());
  });

  it("explain every setting of the quorum policy", () => {
    const page = read("docs/quorum.md");
    expect(Object.keys(quorumSettings.shape).filter((setting) => !page.includes(`\`${setting}`))).toEqual([]);
  });

  it("have a row for every aggregation strategy with its settings, and an example that a run starts with", () => {
    const page = read("docs/aggregation.md");
    expect([...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)).toEqual(strategyNames);
    const [, example = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    const { aggregation, training } = parseConfig(parse(example), "docs/aggregation.md");
    expect(findStrategy(aggregation.strategy, { ...aggregation, ...training }).name).toBe("multi-krum");
  });

  it.each(pages)("%s links only to files that exist", (page) => {
    const targets = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? "");
    const missing = targets.filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(missing).toEqual([]);
  });
});
