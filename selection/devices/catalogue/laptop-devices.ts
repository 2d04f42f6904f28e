// GPU catalogue, laptop. Written by scripts/generate-gpu-catalogue.ts; columns as in CatalogueRow.

import type { CatalogueRow } from "../catalogue-row.ts";

// biome-ignore format: one device a line
export const laptopDevices: readonly CatalogueRow[] = [
  ["GeForce RTX 2060 Max-Q", "nvidia", "Turing", 4.55, null, 18.2, 264, 6, "self-consistent", "geforce-rtx-2060-max-q.c3533"],
  ["GeForce RTX 2070 Max-Q", "nvidia", "Turing", 5.46, null, 21.8, 384, 8, "self-consistent", "geforce-rtx-2070-max-q.c3392"],
  ["GeForce RTX 2080 Max-Q", "nvidia", "Turing", 6.45, null, 25.8, 384, 8, "self-consistent", "geforce-rtx-2080-max-q.c3363"],
  ["GeForce RTX 2080 SUPER Max-Q", "nvidia", "Turing", 5.99, null, 24, 352, 8, "self-consistent", "geforce-rtx-2080-super-max-q.c3566"],
  ["GeForce RTX 2080 SUPER Mobile", "nvidia", "Turing", 9.59, null, 38.3, 448, 8, "self-consistent", "geforce-rtx-2080-super-mobile.c3513"],
  ["GeForce RTX 3060 Mobile", "nvidia", "Ampere", 10.94, 10.9, 21.9, 336, 6, "self-consistent", "geforce-rtx-3060-mobile.c3757"],
  ["GeForce RTX 3070 Mobile", "nvidia", "Ampere", 15.97, 16, 31.9, 448, 8, "self-consistent", "geforce-rtx-3070-mobile.c3712"],
  ["GeForce RTX 3080 Max-Q", "nvidia", "Ampere", 15.3, 15.3, 30.6, 384, 8, "self-consistent", "geforce-rtx-3080-max-q.c3753"],
  ["GeForce RTX 3080 Mobile", "nvidia", "Ampere", 18.98, 19, 38, 448, 8, "self-consistent", "geforce-rtx-3080-mobile.c3684"],
  ["GeForce RTX 4060 Mobile", "nvidia", "Ada Lovelace", 11.61, 11.6, 23.2, 256, 8, "self-consistent", "geforce-rtx-4060-mobile.c3946"],
  ["GeForce RTX 4070 Mobile", "nvidia", "Ada Lovelace", 15.62, 15.6, 31.2, 256, 8, "self-consistent", "geforce-rtx-4070-mobile.c3944"],
  ["GeForce RTX 4080 Mobile", "nvidia", "Ada Lovelace", 24.72, 24.7, 49.4, 432, 12, "self-consistent", "geforce-rtx-4080-mobile.c3947"],
  ["GeForce RTX 4090 Mobile", "nvidia", "Ada Lovelace", 32.98, 33, 66, 576, 16, "self-consistent", "geforce-rtx-4090-mobile.c3949"],
  ["GeForce RTX 5060 Mobile", "nvidia", "Blackwell 2.0", 9.68, 9.7, 19.4, 384, 8, "self-consistent", "geforce-rtx-5060-mobile.c4230"],
  ["GeForce RTX 5070 Mobile", "nvidia", "Blackwell 2.0", 13.13, 13.1, 26.3, 384, 8, "self-consistent", "geforce-rtx-5070-mobile.c4237"],
  ["GeForce RTX 5090 Mobile", "nvidia", "Blackwell 2.0", 31.8, 31.8, 63.6, 896, 24, "self-consistent", "geforce-rtx-5090-mobile.c4235"],
  ["Radeon RX 7700S", "amd", "RDNA 3.0", 10.24, null, 20.48, 288, 8, "self-consistent", "radeon-rx-7700s.c4015"],
  ["Radeon 680M", "amd", "RDNA 2.0", 3.38, null, 6.76, 89.6, null, "self-consistent", "radeon-680m.c4135"],
  ["Radeon 780M", "amd", "RDNA 3.0", 4.455, null, 8.91, 89.6, null, "self-consistent", "radeon-780m.c4249"],
  ["Radeon 890M", "amd", "RDNA 3.5", 5.94, null, 11.88, 89.6, null, "self-consistent", "radeon-890m.c4224"],
  ["Radeon 8060S", "amd", "RDNA 3.5", 14.85, null, 29.7, 256, null, "self-consistent", "radeon-8060s.c4270"],
];
