import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDevice, searchDevices } from "../../../selection/devices/find-device.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";

const gibibytes = (count: number) => count * 2 ** 30;

/** [as written, the row] */
const found: readonly (readonly [string, string])[] = [
  // nvidia-smi and NVML
  ["NVIDIA GeForce RTX 3090", "GeForce RTX 3090"],
  ["GeForce RTX 3090", "GeForce RTX 3090"],
  ["NVIDIA GeForce RTX 3080", "GeForce RTX 3080"],
  ["NVIDIA GeForce RTX 3080 Ti", "GeForce RTX 3080 Ti"],
  ["NVIDIA GeForce RTX 3060", "GeForce RTX 3060 12 GB"],
  ["NVIDIA GeForce RTX 4070 Ti SUPER", "GeForce RTX 4070 Ti SUPER"],
  ["NVIDIA GeForce RTX 4090 D", "GeForce RTX 4090 D"],
  ["NVIDIA GeForce RTX 5090", "GeForce RTX 5090"],
  ["NVIDIA GeForce GTX 1060 6GB", "GeForce GTX 1060 6 GB"],
  ["GeForce GTX 1080 Ti", "GeForce GTX 1080 Ti"],
  ["NVIDIA GeForce GTX 1660 SUPER", "GeForce GTX 1660 SUPER"],
  ["NVIDIA GeForce GTX TITAN X", "GeForce GTX TITAN X"],
  ["NVIDIA TITAN X (Pascal)", "TITAN X Pascal"],
  ["NVIDIA TITAN Xp COLLECTORS EDITION", "TITAN Xp"],
  ["NVIDIA TITAN RTX", "TITAN RTX"],
  ["TITAN V", "TITAN V"],
  ["NVIDIA A100-PCIE-40GB", "A100 PCIe 40 GB"],
  ["NVIDIA A100 PCIe 40GB", "A100 PCIe 40 GB"],
  ["NVIDIA A100-SXM4-40GB", "A100 SXM4 40 GB"],
  ["NVIDIA A100-SXM4-80GB", "A100 SXM4 80 GB"],
  ["A100-SXM-80GB", "A100 SXM4 80 GB"],
  ["NVIDIA A100 80GB PCIe", "A100 PCIe 80 GB"],
  ["Tesla V100-SXM2-16GB", "Tesla V100 SXM2 16 GB"],
  ["Tesla V100-SXM2-32GB", "Tesla V100 SXM2 32 GB"],
  ["Tesla V100-PCIE-16GB", "Tesla V100 PCIe 16 GB"],
  ["Tesla V100S-PCIE-32GB", "Tesla V100S PCIe 32 GB"],
  ["Tesla P100-PCIE-16GB", "Tesla P100 PCIe 16 GB"],
  ["Tesla T4", "Tesla T4"],
  ["T4", "Tesla T4"],
  ["Tesla K80", "Tesla K80"],
  ["NVIDIA H100 80GB HBM3", "H100 SXM5 80 GB"],
  ["NVIDIA H100 PCIe", "H100 PCIe 80 GB"],
  ["NVIDIA H200", "H200 SXM 141 GB"],
  ["NVIDIA B200", "B200"],
  ["NVIDIA H20", "NVIDIA H20"],
  ["NVIDIA GH200 480GB", "GH200 96GB (GPU part)"],
  ["NVIDIA A10", "A10 PCIe"],
  ["NVIDIA A10G", "A10G"],
  ["NVIDIA L4", "L4"],
  ["NVIDIA L40S", "L40S"],
  ["NVIDIA RTX A6000", "RTX A6000"],
  ["Quadro RTX A6000", "RTX A6000"],
  ["NVIDIA RTX A2000 12GB", "RTX A2000 12 GB"],
  ["Quadro RTX 6000", "Quadro RTX 6000"],
  ["NVIDIA Quadro RTX 4000", "Quadro RTX 4000"],
  ["NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada Generation"],
  ["RTX 4000 Ada", "RTX 4000 Ada Generation"],
  ["NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "RTX PRO 6000 Blackwell"],
  ["NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX PRO 6000 Blackwell Server"],
  ["Quadro P4000", "Quadro P4000"],
  // Laptops
  ["NVIDIA GeForce RTX 3080 Laptop GPU", "GeForce RTX 3080 Mobile"],
  ["NVIDIA GeForce RTX 4060 Laptop GPU", "GeForce RTX 4060 Mobile"],
  ["NVIDIA GeForce RTX 4090 Laptop GPU", "GeForce RTX 4090 Mobile"],
  ["RTX 3070 Mobile", "GeForce RTX 3070 Mobile"],
  ["NVIDIA GeForce RTX 2070 with Max-Q Design", "GeForce RTX 2070 Max-Q"],
  ["GeForce RTX 2080 Super with Max-Q Design", "GeForce RTX 2080 SUPER Max-Q"],
  ["AMD Radeon RX 7700S", "Radeon RX 7700S"],
  ["AMD Radeon 780M Graphics", "Radeon 780M"],
  ["AMD Ryzen 7 7840U w/ Radeon 780M Graphics", "Radeon 780M"],
  ["AMD Ryzen 9 with Radeon 890M", "Radeon 890M"],
  // lspci and systeminformation on Linux
  ["GA102 [GeForce RTX 3090]", "GeForce RTX 3090"],
  ["NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)", "GeForce RTX 3090"],
  ["01:00.0 VGA compatible controller: NVIDIA Corporation AD102 [GeForce RTX 4090] (rev a1)", "GeForce RTX 4090"],
  ["3D controller: NVIDIA Corporation GV100GL [Tesla V100 SXM2 16GB] (rev a1)", "Tesla V100 SXM2 16 GB"],
  ["GA104M [GeForce RTX 3070 Mobile]", "GeForce RTX 3070 Mobile"],
  ["Advanced Micro Devices, Inc. [AMD/ATI] Arcturus GL-XL [Instinct MI100] (rev 01)", "Radeon Instinct MI100"],
  ["DG2 [Arc A770]", "Arc A770"],
  ["GA106 [GeForce RTX 3060 Lite Hash Rate]", "GeForce RTX 3060 12 GB"],
  // AMD, Intel, Apple, Qualcomm
  ["AMD Radeon RX 7900 XTX", "Radeon RX 7900 XTX"],
  ["AMD Radeon RX 7900 XT", "Radeon RX 7900 XT"],
  ["Radeon (TM) RX 580 Series", "Radeon RX 580"],
  ["AMD Radeon RX 6800 XT (navi21, LLVM 15.0.7, DRM 3.49)", "Radeon RX 6800 XT"],
  ["AMD Instinct MI300X", "Radeon Instinct MI300X"],
  ["Intel(R) Arc(TM) A770 Graphics", "Arc A770"],
  ["Mesa Intel(R) Arc(tm) A750 Graphics (DG2)", "Arc A750"],
  ["Apple M1", "Apple M1 (8-core GPU)"],
  ["Apple M1 Pro", "Apple M1 Pro (16-core GPU)"],
  ["Apple M3 Max", "Apple M3 Max (40-core GPU)"],
  ["Adreno (TM) 650", "Qualcomm Adreno 650 (Snapdragon 865)"],
  ["Qualcomm(R) Adreno(TM) X1-85 GPU", "Qualcomm Adreno X1-85 (Snapdragon X Elite)"],
  // Browsers
  ["ANGLE (NVIDIA, NVIDIA GeForce RTX 3090 (0x00002204) Direct3D11 vs_5_0 ps_5_0, D3D11)", "GeForce RTX 3090"],
  ["ANGLE (Apple, ANGLE Metal Renderer: Apple M1 Pro, Unspecified Version)", "Apple M1 Pro (16-core GPU)"],
  ["ANGLE (NVIDIA Corporation, NVIDIA GeForce RTX 4080/PCIe/SSE2, OpenGL 4.5.0)", "GeForce RTX 4080"],
  ["NVIDIA GeForce RTX 2080 Ti/PCIe/SSE2", "GeForce RTX 2080 Ti"],
  // Jetson
  ["Orin Nano 8GB", "Jetson Orin Nano 8 GB"],
  ["NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super", "Jetson Orin Nano Super"],
  ["NVIDIA Jetson AGX Orin (64GB)", "Jetson AGX Orin 64 GB"],
  ["NVIDIA Jetson Xavier NX 8 GB", "Jetson Xavier NX 8 GB"],
  ["NVIDIA Jetson Nano Developer Kit", "Jetson Nano"],
  ["jetson tx2", "Jetson TX2"],
  ["Jetson-AGX", "Jetson AGX Xavier 32 GB"],
  // People
  ["3090", "GeForce RTX 3090"],
  ["rtx3080ti", "GeForce RTX 3080 Ti"],
  ["RTX 4070 TI", "GeForce RTX 4070 Ti"],
  ["a6000", "RTX A6000"],
  ["7900xtx", "Radeon RX 7900 XTX"],
];

/** Near misses: the catalogue lacks them, and a neighbour's row would be wrong. */
const missing: readonly string[] = [
  "",
  "   ",
  "gpu",
  "NVIDIA",
  "NVIDIA Corporation Device 2684",
  "llvmpipe",
  "llvmpipe (LLVM 15.0.7, 256 bits)",
  "SwiftShader",
  "Google SwiftShader",
  "Microsoft Basic Render Driver",
  "VMware SVGA II Adapter",
  "Intel UHD Graphics 630",
  "Intel(R) UHD Graphics 630",
  "CometLake-S GT2 [UHD Graphics 630]",
  "Intel(R) Iris(R) Xe Graphics",
  "AMD Radeon(TM) Graphics",
  "GeForce RTX 9999",
  "GeForce GTX 580",
  "GeForce GTX 1650 SUPER",
  "NVIDIA GeForce GTX 1650 Ti",
  "NVIDIA GeForce RTX 3070 Ti Laptop GPU",
  "NVIDIA GeForce RTX 3090 Laptop GPU",
  "NVIDIA RTX A2000 Laptop GPU",
  "NVIDIA GeForce RTX 3080 12GB",
  "NVIDIA GeForce GTX 1060 3GB",
  "NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition",
  "NVIDIA RTX 4000 SFF Ada Generation",
  "NVIDIA RTX 6000",
  "NVIDIA A100-SXM4-40GB MIG 1g.5gb",
  "GRID V100D-32Q",
  "GRID T4-16Q",
  "NVIDIA H100 NVL",
  "NVIDIA T400",
  "Tesla V100-FHHL-16GB",
  "AMD Radeon RX 6600",
  "AMD Radeon RX 7900 GRE",
  "AMD Radeon RX 7900M",
  "AMD Radeon Pro 5700 XT",
  "Radeon RX 580 2048SP",
  "Apple M2 Pro",
  "Apple M2 Ultra",
  "Apple A10",
  "AMD T4",
  "Adreno (TM) 640",
];

describe("findDevice", () => {
  it.each(found)("resolves %j to the row %j", (written, row) => {
    const match = findDevice(written);
    expect(match.kind === "found" ? match.device.name : match).toBe(row);
  });

  it.each(missing.map((text) => [text]))("finds no row for %j", (written) => {
    expect(findDevice(written)).toEqual({ kind: "none" });
  });

  it("finds every row by its own name, in any case, and with the vendor's name before it", () => {
    for (const row of gpuCatalogue) {
      for (const written of [
        row.name,
        row.name.toUpperCase(),
        `  ${row.name.toLowerCase()} `,
        `${row.vendor} ${row.name}`,
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

  it.each([
    ["NVIDIA A100", ["A100 PCIe 40 GB", "A100 SXM4 40 GB", "A100 PCIe 80 GB", "A100 SXM4 80 GB"]],
    ["Jetson Orin Nano", ["Jetson Orin Nano 4 GB", "Jetson Orin Nano 8 GB"]],
    ["NVIDIA TITAN X", ["GeForce GTX TITAN X", "TITAN X Pascal"]],
    ["Navi 31 [Radeon RX 7900 XT/7900 XTX/7900M] (rev c8)", ["Radeon RX 7900 XT", "Radeon RX 7900 XTX"]],
    ["Aldebaran/MI200 [Instinct MI250X/MI250]", ["Radeon Instinct MI250X", "Radeon Instinct MI250"]],
    ["GA104M [GeForce RTX 3080 Mobile / Max-Q 8GB/16GB]", ["GeForce RTX 3080 Mobile", "GeForce RTX 3080 Max-Q"]],
    // Only one of the seven cards is in the catalogue; the device may be any of them.
    ["Ellesmere [Radeon RX 470/480/570/570X/580/580X/590]", ["Radeon RX 580"]],
  ])("says that %j is ambiguous", (written, rows) => {
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
