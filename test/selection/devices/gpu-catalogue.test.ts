import { describe, expect, it } from "vitest";
import { parseCatalogueTable } from "../../../selection/devices/catalogue/catalogue-table.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";

const rowOf = (name: string) => gpuCatalogue.find((row) => row.name === name);
const count = (key: "deviceClass" | "verification", value: string) =>
  gpuCatalogue.filter((row) => row[key] === value).length;

describe("the GPU catalogue", () => {
  it("has 175 rows with unique names", () => {
    expect(gpuCatalogue.length).toBe(175);
    expect(new Set(gpuCatalogue.map((row) => row.name)).size).toBe(175);
  });

  it("covers every class from data centre to edge", () => {
    const counts = ["datacentre", "workstation", "desktop", "laptop", "edge"].map((name) => count("deviceClass", name));
    expect(counts).toEqual([40, 16, 72, 21, 26]);
  });

  it("says of each row how far it was checked", () => {
    // 17 marked unverified in the source table, and five Instinct rows with corrected figures.
    expect(count("verification", "two-sources")).toBe(32);
    expect(count("verification", "unverified")).toBe(22);
    expect(count("verification", "self-consistent")).toBe(121);
    expect(gpuCatalogue.every((row) => row.source.length > 10)).toBe(true);
  });

  it("carries the RTX 3090 in FLOP/s, bytes and bytes/s", () => {
    expect(rowOf("GeForce RTX 3090")).toMatchObject({
      peakFlopPerSecond: { fp32: 35.58e12, tf32: 35.6e12, fp16: 71.2e12 },
      memoryBytes: 24 * 2 ** 30,
      sharesSystemMemory: false,
      memoryBandwidthBytesPerSecond: 936.2e9,
      boostClockHertz: 1.695e9,
      thermalDesignWatts: 350,
      vendor: "nvidia",
      deviceClass: "desktop",
      verification: "two-sources",
    });
  });

  it("counts the fp32 peak of a dual-issue architecture once", () => {
    // RX 7900 XTX: 6144 cores * 2 * 2.498 GHz = 30.7 TFLOP/s; the vendor writes 61.39.
    expect(rowOf("Radeon RX 7900 XTX")?.peakFlopPerSecond.fp32).toBe(30.7e12);
    expect(rowOf("Radeon RX 7900 XTX")?.source).toContain("61.39");
    expect(rowOf("Radeon 780M")?.peakFlopPerSecond.fp32).toBe(4.45e12);
  });

  it("takes the tensor-core peak for fp16 where there is one, else the plain one", () => {
    expect(rowOf("A100 PCIe 40 GB")?.peakFlopPerSecond.fp16).toBe(311.9e12);
    expect(rowOf("GeForce GTX 1660")?.peakFlopPerSecond.fp16).toBe(10.05e12);
    // 0.18 TFLOP/s of plain fp16 is slower than fp32 on this Pascal card, so libraries compute in fp32.
    expect(rowOf("Tesla P40")?.peakFlopPerSecond.fp16).toBe(11.76e12);
    expect(rowOf("Tesla K80")?.peakFlopPerSecond).not.toHaveProperty("fp16");
  });

  it("names tf32 only where an NVIDIA GPU since Ampere runs it", () => {
    const withTf32 = gpuCatalogue.filter((row) => row.peakFlopPerSecond.tf32 !== undefined);
    const architectures = new Set(withTf32.map((row) => `${row.vendor} ${row.architecture.split(" ")[0]}`));
    expect([...architectures].sort()).toEqual(["nvidia Ada", "nvidia Ampere", "nvidia Blackwell", "nvidia Hopper"]);
  });

  it("marks the memory that is the system's, and gives none where the chip's name does not tell its size", () => {
    for (const row of gpuCatalogue.filter(({ vendor }) => vendor === "apple" || vendor === "qualcomm")) {
      expect(row).toMatchObject({ memoryBytes: null, sharesSystemMemory: true });
    }
    expect(rowOf("Radeon 780M")).toMatchObject({ memoryBytes: null, sharesSystemMemory: true });
    expect(rowOf("Jetson Orin Nano 8 GB")).toMatchObject({ memoryBytes: 8 * 2 ** 30, sharesSystemMemory: true });
    // 15 Jetson modules, 8 Apple chips, 3 Adreno, 4 APUs and the MI300A.
    expect(gpuCatalogue.filter((row) => row.sharesSystemMemory).length).toBe(31);
    expect(gpuCatalogue.filter((row) => row.memoryBytes === null && !row.sharesSystemMemory)).toEqual([]);
  });

  it("knows every boost clock, and every thermal design power but a mining card's", () => {
    expect(gpuCatalogue.filter((row) => row.boostClockHertz === null)).toEqual([]);
    expect(gpuCatalogue.filter((row) => row.thermalDesignWatts === null).map(({ name }) => name)).toEqual(["P104-100"]);
  });

  it.each(gpuCatalogue.map((row) => [row.name, row] as const))("has plausible figures for %s", (_, row) => {
    const { fp32 = 0, tf32, fp16 } = row.peakFlopPerSecond;
    expect(fp32).toBeGreaterThan(0.2e12);
    expect(fp32).toBeLessThan(150e12);
    if (tf32 !== undefined) expect(tf32 / fp32).toBeGreaterThan(0.9);
    if (tf32 !== undefined) expect(tf32 / fp32).toBeLessThan(20);
    // Plain fp16 never counts as slower than fp32; Blackwell's tensor cores run it at 32 times fp32.
    if (fp16 !== undefined) expect(fp16 / fp32).toBeGreaterThanOrEqual(1);
    if (fp16 !== undefined) expect(fp16 / fp32).toBeLessThan(35);
    expect(row.memoryBandwidthBytesPerSecond).toBeGreaterThan(20e9);
    expect(row.memoryBandwidthBytesPerSecond).toBeLessThanOrEqual(8e12);
    // FLOP per byte: between a bandwidth-rich Instinct and a compute-rich Ada card.
    const balance = fp32 / row.memoryBandwidthBytesPerSecond;
    expect(balance).toBeGreaterThan(5);
    expect(balance).toBeLessThan(125);
    // A phone's GPU at 587 MHz and 5 W; a Radeon at 2.97 GHz, an MI325X of 1000 W.
    expect(row.boostClockHertz).toBeGreaterThan(0.5e9);
    expect(row.boostClockHertz).toBeLessThan(3e9);
    if (row.thermalDesignWatts !== null) expect(row.thermalDesignWatts).toBeGreaterThanOrEqual(5);
    if (row.thermalDesignWatts !== null) expect(row.thermalDesignWatts).toBeLessThanOrEqual(1000);
    if (row.memoryBytes !== null) expect(row.memoryBytes / 2 ** 30).toBeGreaterThanOrEqual(2);
    if (row.memoryBytes !== null) expect(row.memoryBytes / 2 ** 30).toBeLessThanOrEqual(256);
    expect(row.releaseYear).toBeGreaterThanOrEqual(2014);
    expect(row.releaseYear).toBeLessThanOrEqual(2025);
  });
});

describe("parseCatalogueTable", () => {
  const header =
    "name | vendor | architecture | year | fp32 | tf32 | fp16 | GB/s | GB | MHz | W | verification | source\n";
  const good = "X | amd | Y | 2020 | 1 | | | 100 | 4 | 1500 | 75 | unverified | here";
  const parse = (row: string) => parseCatalogueTable("edge", header + row)[0];

  it("reads clock, power and whose memory it is", () => {
    const own = { memoryBytes: 4 * 2 ** 30, sharesSystemMemory: false };
    expect(parse(good)).toMatchObject({ boostClockHertz: 1.5e9, thermalDesignWatts: 75, ...own });
    expect(parse(good.replace("| 4 |", "| 4 shared |"))).toMatchObject({ ...own, sharesSystemMemory: true });
    expect(parse(good.replace("| 4 |", "| shared |"))).toMatchObject({ memoryBytes: null, sharesSystemMemory: true });
    expect(parse(good.replace("| 4 | 1500 | 75 |", "| | | |"))).toMatchObject({
      memoryBytes: null,
      sharesSystemMemory: false,
      boostClockHertz: null,
      thermalDesignWatts: null,
    });
  });

  it("refuses a row with an unknown verification, a missing peak or a missing cell", () => {
    for (const bad of [good.replace("unverified", "sure"), good.replace("| 1 |", "| |"), good.replace("| here", "")]) {
      expect(() => parse(bad)).toThrow(/malformed/);
    }
    expect(() => parse(good.replace("100", "-1"))).toThrow(/no positive number/);
    expect(() => parse(good.replace("| 4 |", "| lots |"))).toThrow(/no positive number/);
  });
});
