import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDevice } from "../../../selection/devices/find-device.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { nearestDeviceNames, nearestDevices } from "../../../selection/devices/nearest-devices.ts";
import { missingNames } from "./written-names.ts";

const names = (text: string) => nearestDevices(text).map(({ name }) => name);

describe("nearestDevices", () => {
  it.each([
    // Letters that look like digits.
    ["RTX 4O90", ["GeForce RTX 4090"]],
    ["GTX l080", ["GeForce GTX 1080"]],
    ["A10O", ["A100 PCIe 40 GB", "A100 SXM4 40 GB", "A100 PCIe 80 GB"]], // Of four rows the first three.
    ["h100 pcie 8OGB", ["H100 PCIe 80 GB"]],
    // Slips in a maker's name, or none of it.
    ["gefroce rtx 3080", ["GeForce RTX 3080"]],
    ["Jeston Nano", ["Jetson Nano"]],
    ["TeslaV10O", ["Tesla V100 PCIe 16 GB", "Tesla V100 PCIe 32 GB", "Tesla V100 SXM2 16 GB"]],
    // Slips in the name of the card.
    ["RTX 3900", ["GeForce RTX 3090", "GeForce RTX 3090 Ti"]],
    ["Tesla T4x", ["Tesla T4"]],
    ["Jetson Orion Nano", ["Jetson Orin Nano 4 GB", "Jetson Orin Nano 8 GB", "Jetson Orin Nano Super"]],
    ["rtx 4070 ti supr", ["GeForce RTX 4070 Ti SUPER"]],
    ["radeon 7900xtxx", ["Radeon RX 7900 XTX"]],
    ["MI300", ["Radeon Instinct MI300A", "Radeon Instinct MI300X"]],
    // A right number in the wrong series, and a word too many.
    ["GTX 4090", ["GeForce RTX 4090", "GeForce RTX 4090 D", "GeForce RTX 4090 Mobile"]],
    ["RTX 4090 foo", ["GeForce RTX 4090"]],
    // A made-up ending: that number first, not the ending at another number.
    ["RTX 4090 Ti", ["GeForce RTX 4090", "GeForce RTX 4090 D", "GeForce RTX 4090 Mobile"]],
    ["RTX 3080 Super", ["GeForce RTX 3080", "GeForce RTX 3080 Ti", "GeForce RTX 3080 Max-Q"]],
    ["RX 6700 Ti", ["Radeon RX 6700 XT", "Radeon RX 7600"]],
    // A maker, rightly spelt or not, speaks against the cards of others.
    ["adrena 730", ["Qualcomm Adreno 740 (Snapdragon 8 Gen 2)"]],
    ["adreno 730", ["Qualcomm Adreno 740 (Snapdragon 8 Gen 2)"]],
  ])("of %j are %j", (text, expected) => {
    expect(findDevice(text)).toEqual({ kind: "none" });
    expect(names(text)).toEqual(expected);
  });

  it.each([
    "llvmpipe",
    "Intel UHD Graphics 630",
    "Frobnicator 9000",
    "Microsoft Basic Render Driver",
    "NVIDIA",
    "x",
    "",
  ])("are none for %j, which is near to nothing", (text) => {
    expect(names(text)).toEqual([]);
    expect(nearestDeviceNames(text)).toBeUndefined();
  });

  it("find every row again whose name has an O for its last 0", () => {
    const lost = gpuCatalogue.filter(({ name }) => {
      const mistyped = name.replace(/0(?!.*0)/, "O");
      return mistyped !== name && !nearestDevices(mistyped, 200).some((row) => row.name === name);
    });
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  it("have the written number first, whatever ending a person makes up", () => {
    const numbers = gpuCatalogue.flatMap(({ name }) => /\b(RTX|GTX|RX) \d{4}/.exec(name)?.[0] ?? []);
    expect(numbers.length).toBeGreaterThan(50);
    const madeUp = ["Ti", "Super", "XT", "D"]
      .flatMap((ending) => numbers.map((number) => `${number} ${ending}`))
      .filter((text) => findDevice(text).kind === "none");
    const others = madeUp.filter((text) => !names(text)[0]?.includes(text.split(" ")[1] ?? ""));
    expect(others).toEqual([]);
  });

  it("are at most three, whatever is written", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom(...missingNames)), (text) => {
        expect(nearestDevices(text).length).toBeLessThanOrEqual(3);
      }),
    );
  });

  it("are named as a person lists them", () => {
    expect(nearestDeviceNames("RTX 4O90")).toBe("GeForce RTX 4090");
    expect(nearestDeviceNames("MI300")).toBe("Radeon Instinct MI300A or Radeon Instinct MI300X");
    expect(nearestDeviceNames("A10O")).toBe("A100 PCIe 40 GB, A100 SXM4 40 GB or A100 PCIe 80 GB");
  });
});
