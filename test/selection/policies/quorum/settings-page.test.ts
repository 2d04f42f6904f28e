// The table of settings in docs/quorum.md against the schema that reads them.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { quorumSettings } from "../../../../selection/policies/quorum/quorum-settings.ts";

describe("docs/quorum.md", () => {
  const page = readFileSync(new URL("../../../../docs/quorum.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \| `?([^`|]*?)`? \|/gm)].map(([, name, value]) => [name, value]);

  it("names every setting once, and no other", () => {
    expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(quorumSettings.shape).sort());
  });

  it("has the defaults that the policy takes", () => {
    const optional = { requiredUpdates: "half of the feasible", wasteBudgetDeviceSeconds: "none" };
    const defaults = { ...optional, ...quorumSettings.parse({}) };
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value)])),
    );
  });
});
