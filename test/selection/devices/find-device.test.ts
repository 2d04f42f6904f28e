import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDevice, searchDevices } from "../../../selection/devices/find-device.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { ambiguousNames, foundNames, missingNames } from "./written-names.ts";

const gibibytes = (count: number) => count * 2 ** 30;

describe("findDevice", () => {
  it.each(foundNames)("resolves %j to the row %j", (written, row) => {
    const match = findDevice(written);
    expect(match.kind === "found" ? match.device.name : match).toBe(row);
  });

  it.each(missingNames.map((text) => [text.slice(0, 90), text]))("finds no row for %j", (_, written) => {
    expect(findDevice(written)).toEqual({ kind: "none" });
  });

  it("is tried with at least 150 names that mean a row and 30 that do not", () => {
    expect(new Set(foundNames.map(([written]) => written)).size).toBeGreaterThanOrEqual(150);
    expect(new Set(missingNames).size + ambiguousNames.length).toBeGreaterThanOrEqual(30);
  });

  it("finds every row by its own name, in any case, with the vendor's name before and OpenGL's bus after it", () => {
    for (const row of gpuCatalogue) {
      for (const written of [
        row.name,
        row.name.toUpperCase(),
        `  ${row.name.toLowerCase()} `,
        `${row.vendor} ${row.name}`,
        `${row.name}/PCIe/SSE2`,
        ...(row.vendor === "nvidia" ? [`NVIDIA ${row.name}`, `NVIDIA ${row.name}/PCIe/SSE2`] : []),
      ]) {
        const match = findDevice(written, row.memoryBytes ?? undefined);
        expect(match.kind === "found" ? match.device.name : [written, match]).toBe(row.name);
      }
    }
  });

  it.each([
    ["NVIDIA Jetson Orin Nano Developer Kit", 7.4, "Jetson Orin Nano 8 GB"],
    ["NVIDIA Jetson AGX Orin Developer Kit", 61.4, "Jetson AGX Orin 64 GB"],
    ["NVIDIA Jetson AGX Orin Developer Kit", 29.8, "Jetson AGX Orin 32 GB"],
    ["Orin (nvgpu)", 61.4, "Jetson AGX Orin 64 GB"],
    ["Jetson Xavier NX", 15.3, "Jetson Xavier NX 16 GB"],
    ["NVIDIA GeForce RTX 4060 Ti", 7.9965, "GeForce RTX 4060 Ti 8 GB"],
    ["NVIDIA GeForce RTX 4060 Ti", 15.99, "GeForce RTX 4060 Ti 16 GB"],
    ["NVIDIA A100-SXM4", 79.2, "A100 SXM4 80 GB"],
  ])("lets memory decide: %s with %d GiB is %s", (written, memory, row) => {
    expect(findDevice(written).kind).toBe("ambiguous");
    const match = findDevice(written, gibibytes(memory));
    expect(match.kind === "found" ? match.device.name : match).toBe(row);
  });

  it.each(ambiguousNames)("says that %j is ambiguous", (written, rows) => {
    const match = findDevice(written);
    expect(match.kind === "ambiguous" ? match.devices.map((row) => row.name).sort() : match).toEqual([...rows].sort());
  });

  it("keeps an ambiguous name ambiguous if the memory fits no row", () => {
    expect(findDevice("NVIDIA A100", gibibytes(5)).kind).toBe("ambiguous");
  });

  it("resolves a laptop's name to laptop rows only, and a desktop's name to none of them", () => {
    for (const row of gpuCatalogue.filter(
      ({ deviceClass }) => deviceClass === "desktop" || deviceClass === "workstation",
    )) {
      for (const written of [`${row.name} Laptop GPU`, `${row.name} Mobile`, `${row.name} with Max-Q Design`]) {
        const match = findDevice(written);
        const devices = match.kind === "found" ? [match.device] : match.kind === "ambiguous" ? match.devices : [];
        expect(devices.filter(({ deviceClass }) => deviceClass !== "laptop")).toEqual([]);
      }
    }
    for (const row of gpuCatalogue.filter(({ name }) => / (Mobile|Max-Q)$/.test(name))) {
      const match = findDevice(row.name.replace(/ (Mobile|Max-Q)$/, ""));
      expect(match.kind === "found" && match.device.deviceClass === "laptop").toBe(false);
    }
  });

  it("never throws, whatever a client writes", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.option(fc.double(), { nil: undefined }), (text, memory) => {
        expect(["found", "ambiguous", "none"]).toContain(findDevice(text, memory).kind);
      }),
    );
  });

  it("finds nothing once a word is added that it does not know", () => {
    fc.assert(
      fc.property(fc.constantFrom(...gpuCatalogue), fc.stringMatching(/^z[a-z]{4,8}$/), (row, word) => {
        expect(findDevice(`${row.name} ${word}`)).toEqual({ kind: "none" });
      }),
    );
  });
});

describe("searchDevices", () => {
  it("lists the rows that contain every word", () => {
    expect(searchDevices("orin nano").map((row) => row.name)).toEqual([
      "Jetson Orin Nano 4 GB",
      "Jetson Orin Nano 8 GB",
      "Jetson Orin Nano Super",
    ]);
    expect(searchDevices("rtx3090").map((row) => row.name)).toEqual(["GeForce RTX 3090", "GeForce RTX 3090 Ti"]);
    expect(searchDevices("hopper").length).toBe(5);
  });

  it("falls back to the row that a driver's string resolves to", () => {
    expect(searchDevices("GA102 [GeForce RTX 3090]").map((row) => row.name)).toEqual(["GeForce RTX 3090"]);
    expect(searchDevices("Intel UHD Graphics 630")).toEqual([]);
  });
});
