import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fittedSpreads } from "../../../selection/latency/fitted/spreads.ts";
import { type KnownTier, lawOfTier, spreadOfTier } from "../../../selection/latency/uncertainty-tiers.ts";
import { computeLawKinds, spreadOf } from "../../../selection/probability/compute-law.ts";

const tiers: readonly KnownTier[] = [
  "measured-cell",
  "same-gpu-other-batch",
  "probed",
  "catalogue-nvidia",
  "catalogue-other",
  "self-reported",
];

describe("the tiers of uncertainty", () => {
  it.each(computeLawKinds)("widen with what is not known, in the law %s", (kind) => {
    const spreads = tiers.map((tier) => spreadOf(lawOfTier(tier, kind)));
    expect(spreads).toEqual([...spreads].sort((a, b) => a - b));
    expect(Math.min(...spreads)).toBeGreaterThan(0);
  });

  it("take specs that nobody checked for as uncertain as another vendor's", () => {
    expect(spreadOfTier("self-reported")).toBe(spreadOfTier("catalogue-other"));
  });

  it("are wider from specs alone where few GPUs were measured with the software, and as wide where the device was timed", () => {
    const wider = spreadOfTier("catalogue-nvidia", "tensorflow").relativeSigma;
    expect(wider).toBe(fittedSpreads.tensorflow.relativeSigma);
    expect(wider).toBeGreaterThan(spreadOfTier("catalogue-nvidia").relativeSigma);
    expect(spreadOfTier("probed", "tensorflow")).toBe(spreadOfTier("probed"));
  });

  it("are those that the method's table states, each with its evidence", () => {
    const method = readFileSync(new URL("../../../docs/method.md", import.meta.url), "utf8");
    for (const [tier, { relativeSigma, rows, evidence }] of Object.entries(fittedSpreads)) {
      expect(evidence.length, tier).toBeGreaterThan(20);
      const stated = tier === "tensorflow" ? `$r$ = ${relativeSigma.toFixed(3)} (${rows} steps` : `\`${tier}\` |`;
      const line = method.split("\n").find((each) => each.includes(stated));
      expect(line, tier).toContain(relativeSigma.toFixed(3));
      expect(line, tier).toContain(rows.toLocaleString("en-US"));
    }
  });
});
