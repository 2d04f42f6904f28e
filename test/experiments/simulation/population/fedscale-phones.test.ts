import { describe, expect, it } from "vitest";
import { fedscaleBandwidth, fedscaleInference } from "../../../../experiments/measured/example-counts.ts";
import { fedscalePhones, resolvedPhone } from "../../../../experiments/simulation/population/fedscale-phones.ts";
import { buildWorld } from "../../../../experiments/simulation/world/build-world.ts";
import { worldOf } from "../support.ts";

const peakOf = (index: number) => fedscalePhones.at(index)?.peakFlopPerSecond.fp32 ?? Number.NaN;

describe("phones as unequal as FedScale's clients", () => {
  it("are as far apart as their measured capacities, around a phone of the catalogue", () => {
    // The first of fifty stands for the 1 % quantile, the last for the 99 %.
    const ratio = fedscaleInference.quantile(0.99) / fedscaleInference.quantile(0.01);
    expect(peakOf(0) / peakOf(-1)).toBeCloseTo(ratio, 6);
    // 1.2 TFLOP/s is the Adreno 650's.
    expect(peakOf(24)).toBeGreaterThanOrEqual(1.2e12 * 0.98);
    expect(peakOf(25)).toBeLessThanOrEqual(1.2e12 * 1.02);
  });

  it("are known by what they report, and no other device is one of them", () => {
    const [first] = fedscalePhones;
    expect(resolvedPhone(first?.name ?? "")).toMatchObject({ kind: "known", tier: "self-reported", device: first });
    expect(resolvedPhone("GeForce RTX 3090")).toBeUndefined();
  });

  it("make a population, with links of the measured rates", async () => {
    const { fleet, truth } = await buildWorld(worldOf({ fleet: { size: 2000, population: "fedscale" } }), 1, undefined);
    expect(fleet.devices.length).toBe(50);
    const rates = [...fleet.columns.downlinkBitsPerSecond].sort((a, b) => a - b);
    // Of 2,000 draws the median lies within 0.055 of a half, five standard deviations of a share (0.5 / sqrt(2000) = 0.011).
    expect(rates[1000]).toBeGreaterThan(1000 * fedscaleBandwidth.quantile(0.445));
    expect(rates[1000]).toBeLessThan(1000 * fedscaleBandwidth.quantile(0.555));
    expect(truth.sources.join(" ")).toContain("FedScale's clients");
  });
});
