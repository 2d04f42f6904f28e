// GPU catalogue, edge. Written by scripts/generate-gpu-catalogue.ts; columns as in CatalogueRow.

import type { CatalogueRow } from "../catalogue-row.ts";

// biome-ignore format: one device a line
export const edgeDevices: readonly CatalogueRow[] = [
  ["Jetson TX1", "nvidia", "Maxwell 2.0", 0.51, null, 1.02, 25.6, 4, "unverified", "jetson-tx1.c3230"],
  ["Jetson TX2", "nvidia", "Pascal", 0.67, null, 1.33, 59.71, 8, "self-consistent", "jetson-tx2.c3231"],
  ["Jetson Nano", "nvidia", "Maxwell 2.0", 0.24, null, 0.47, 25.6, 4, "self-consistent", "jetson-nano.c3643"],
  ["Jetson Xavier NX 8 GB", "nvidia", "Volta", 0.84, null, 6.8, 59.71, 8, "self-consistent", "jetson-xavier-nx-8-gb.c3642"],
  ["Jetson Xavier NX 16 GB", "nvidia", "Volta", 0.84, null, 6.8, 59.71, 16, "self-consistent", "jetson-xavier-nx-16-gb.c4087"],
  ["Jetson AGX Xavier 32 GB", "nvidia", "Volta", 1.41, null, 11.3, 136.5, 32, "self-consistent", "jetson-agx-xavier-32-gb.c4088"],
  ["Jetson Orin Nano 4 GB", "nvidia", "Ampere", 0.64, 1.3, 2.6, 34.11, 4, "self-consistent", "jetson-orin-nano-4-gb.c4083"],
  ["Jetson Orin Nano 8 GB", "nvidia", "Ampere", 1.28, 2.6, 5.1, 68.22, 8, "self-consistent", "jetson-orin-nano-8-gb.c4082"],
  ["Jetson Orin Nano Super", "nvidia", "Ampere", 2.09, 4.2, 8.4, 102.4, 8, "self-consistent", "jetson-orin-nano-super.c4377"],
  ["Jetson Orin NX 8 GB", "nvidia", "Ampere", 1.57, 3.1, 6.3, 102.4, 8, "self-consistent", "jetson-orin-nx-8-gb.c4081"],
  ["Jetson Orin NX 16 GB", "nvidia", "Ampere", 1.88, 3.8, 7.5, 102.4, 16, "self-consistent", "jetson-orin-nx-16-gb.c4086"],
  ["Jetson AGX Orin 32 GB", "nvidia", "Ampere", 3.33, 6.7, 13.3, 204.8, 32, "self-consistent", "jetson-agx-orin-32-gb.c4084"],
  ["Jetson AGX Orin 64 GB", "nvidia", "Ampere", 5.33, 10.6, 21.3, 204.8, 64, "self-consistent", "jetson-agx-orin-64-gb.c4085"],
  ["Jetson T4000", "nvidia", "Blackwell", 7.76, 15.5, 31, 273.2, 64, "unverified", "jetson-t4000.c4369"],
  ["Jetson T5000", "nvidia", "Blackwell", 12.93, 25.9, 51.7, 273.2, 128, "unverified", "jetson-t5000.c4370"],
  ["Apple M1 (8-core GPU)", "apple", "Apple G13", 2.61, null, 2.61, 68.25, 16, "unverified", "vendor figures"],
  ["Apple M1 Pro (16-core GPU)", "apple", "Apple G13", 5.3, null, 5.3, 200, 32, "unverified", "vendor figures"],
  ["Apple M1 Max (32-core GPU)", "apple", "Apple G13", 10.6, null, 10.6, 400, 64, "unverified", "vendor figures"],
  ["Apple M2 (10-core GPU)", "apple", "Apple G14", 3.6, null, 3.6, 100, 24, "unverified", "vendor figures"],
  ["Apple M3 (10-core GPU)", "apple", "Apple G15", 3.5, null, 3.5, 100, 24, "unverified", "vendor figures"],
  ["Apple M3 Pro (18-core GPU)", "apple", "Apple G15", 6.4, null, 6.4, 150, 36, "unverified", "vendor figures"],
  ["Apple M3 Max (40-core GPU)", "apple", "Apple G15", 14.1, null, 14.1, 400, 128, "unverified", "vendor figures"],
  ["Apple M4 (10-core GPU)", "apple", "Apple G16", 4.26, null, 4.26, 120, 32, "unverified", "vendor figures"],
  ["Qualcomm Adreno 650 (Snapdragon 865)", "qualcomm", "Adreno 6xx", 1.2, null, 1.2, 34.1, 8, "unverified", "vendor figures"],
  ["Qualcomm Adreno 740 (Snapdragon 8 Gen 2)", "qualcomm", "Adreno 7xx", 2.1, null, 2.1, 67, 12, "unverified", "vendor figures"],
  ["Qualcomm Adreno X1-85 (Snapdragon X Elite)", "qualcomm", "Adreno X1", 4.6, null, 4.6, 135, 32, "unverified", "vendor figures"],
];
