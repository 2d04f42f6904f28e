import { describe, expect, it } from "vitest";
import { deviceShares, devicesOfGroup } from "../../../../experiments/simulation/population/group-devices.ts";
import { gpuCatalogue } from "../../../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../../../selection/devices/resolve-device.ts";
import { errorWith } from "../support.ts";

const needs = { precision: "fp32", measuredGpus: null } as const;
const namesOf = (devices: string[], measuredGpus: ReadonlySet<string> | null = null) =>
  devicesOfGroup({ name: "group", devices }, { ...needs, measuredGpus }).map(({ name }) => name);

describe("the devices of a group", () => {
  it("are the rows of a class, and GPUs by any name that the catalogue knows, each once", () => {
    const laptops = gpuCatalogue.filter(({ deviceClass }) => deviceClass === "laptop").map(({ name }) => name);
    expect(namesOf(["laptop"])).toEqual(laptops);
    expect(namesOf(["NVIDIA A100-PCIE-40GB", "A100 PCIe 40 GB", "rtx 3090"])).toEqual([
      "A100 PCIe 40 GB",
      "GeForce RTX 3090",
    ]);
  });

  it("are those that were measured, where the workload's times are", () => {
    expect(namesOf(["desktop", "L4"], new Set(["GeForce RTX 3090", "A100 PCIe 40 GB"]))).toEqual(["GeForce RTX 3090"]);
  });

  it("are not none: the error names the group and what was measured", () => {
    expect(() => namesOf(["edge"], new Set(["L4", "GeForce RTX 3090"]))).toThrow(
      errorWith("experiments.invalid-scenario", 'The group "group" (edge) is left without devices'),
    );
    expect(() => namesOf(["edge"], new Set(["L4", "GeForce RTX 3090"]))).toThrow("L4, GeForce RTX 3090");
  });

  it.each([
    ["Frobnicator 9000", "no GPU of the catalogue and no class: datacentre, workstation"],
    ["cpu", "no GPU of the catalogue and no class"],
    ["RTX 4O90", "Did you mean GeForce RTX 4090?"],
    ["Jetson Orin Nano", "may be Jetson Orin Nano 4 GB, Jetson Orin Nano 8 GB"],
  ])("have names that mean one thing: %s is refused", (name, message) => {
    expect(() => namesOf([name])).toThrow(errorWith("experiments.invalid-scenario", message));
  });

  it("are found again by their own names, so that a fleet's devices are its rows", () => {
    for (const row of gpuCatalogue) {
      expect(resolveDevice({ kind: "gpu", name: row.name })).toMatchObject({ device: { name: row.name } });
    }
  });
});

describe("the shares of devices", () => {
  const of = (seed: number, group = "desktop") => deviceShares("uneven", 50, { seed, group });

  it("are all alike in an even mix", () => {
    expect(deviceShares("even", 4, { seed: 1, group: "desktop" })).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("are others for each seed and group in an uneven mix, and sum to 1", () => {
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    expect(of(1)).not.toEqual(of(1, "edge"));
    expect(of(3).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("are as unequal in an uneven mix as a stick that is broken at random", () => {
    // Shares of a flat Dirichlet of 50 are about exponential of mean 1/50: half of them lie below ln 2 / 50.
    const below = [1, 2, 3, 4].flatMap((seed) => of(seed)).filter((share) => share < Math.log(2) / 50);
    expect(Math.abs(below.length / 200 - 0.5)).toBeLessThan(0.15);
  });
});
