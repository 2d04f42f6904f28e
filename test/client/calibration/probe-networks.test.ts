import { describe, expect, it } from "vitest";
import { isProbed, probeNetworks } from "../../../client/calibration/probe-networks.ts";
import { zoo } from "../../../models/zoo.ts";
import { fitNonNegative } from "../../../selection/latency/fitting/non-negative-fit.ts";
import {
  processorFeatureNames,
  processorFeatures,
  processorTotals,
} from "../../../selection/latency/processor/processor-features.ts";
import { modelCost } from "../../../workloads/model-cost.ts";

describe("probeNetworks", () => {
  it("has no network of the zoo by name, and by layers only the least there is", () => {
    for (const probe of probeNetworks) expect(Object.keys(zoo)).not.toContain(probe.name);
    const probed = Object.values(zoo).filter(isProbed);
    expect(probed.map(({ name }) => name)).toEqual(["logistic-regression"]);
    expect(new Set(probeNetworks.map(({ name }) => name)).size).toBe(probeNetworks.length);
  });

  it("tells every cost apart: the prices of all features are found again from the probes' times", () => {
    // Seconds a unit of each feature, all within the range of real processors.
    const prices = processorFeatureNames.map((name, index) => (name === "step" ? 3e-4 : (index + 1) * 1e-9));
    const rows = probeNetworks.flatMap((network) =>
      [16, 64].map((batchSize) => {
        const totals = processorTotals(modelCost(network));
        if (!totals) throw new Error(`${network.name} has layers`);
        const features = processorFeatures(totals, batchSize);
        const seconds = features.reduce((sum, feature, index) => sum + feature * (prices[index] as number), 0);
        return { features, seconds };
      }),
    );
    const found = fitNonNegative(rows);
    for (const [index, price] of prices.entries()) expect((found[index] ?? 0) / price).toBeCloseTo(1, 3);
  });
});
