// GPU catalogue, other, desktop. Written by scripts/generate-gpu-catalogue.ts; columns as in CatalogueRow.

import type { CatalogueRow } from "../catalogue-row.ts";

// biome-ignore format: one device a line
export const otherDesktopDevices: readonly CatalogueRow[] = [
  ["Radeon RX 580", "amd", "GCN 4.0", 6.17, null, 6.17, 256, 8, "self-consistent", "radeon-rx-580.c2938"],
  ["Radeon RX Vega 64", "amd", "GCN 5.0", 12.66, null, 25.33, 483.8, 8, "self-consistent", "radeon-rx-vega-64.c2871"],
  ["Radeon RX 5700", "amd", "RDNA 1.0", 7.95, null, 15.9, 448, 8, "self-consistent", "radeon-rx-5700.c3437"],
  ["Radeon RX 5700 XT", "amd", "RDNA 1.0", 9.75, null, 19.51, 448, 8, "self-consistent", "radeon-rx-5700-xt.c3339"],
  ["Radeon RX 6600 XT", "amd", "RDNA 2.0", 10.6, null, 21.21, 256, 8, "self-consistent", "radeon-rx-6600-xt.c3774"],
  ["Radeon RX 6700 XT", "amd", "RDNA 2.0", 13.21, null, 26.43, 384, 12, "self-consistent", "radeon-rx-6700-xt.c3695"],
  ["Radeon RX 6800", "amd", "RDNA 2.0", 16.17, null, 32.33, 512, 16, "self-consistent", "radeon-rx-6800.c3713"],
  ["Radeon RX 6800 XT", "amd", "RDNA 2.0", 20.74, null, 41.47, 512, 16, "self-consistent", "radeon-rx-6800-xt.c3694"],
  ["Radeon RX 6900 XT", "amd", "RDNA 2.0", 23.04, null, 46.08, 512, 16, "self-consistent", "radeon-rx-6900-xt.c3481"],
  ["Radeon RX 7600", "amd", "RDNA 3.0", 10.875, null, 21.75, 288, 8, "self-consistent", "radeon-rx-7600.c4153"],
  ["Radeon RX 7700 XT", "amd", "RDNA 3.0", 17.585, null, 35.17, 432, 12, "self-consistent", "radeon-rx-7700-xt.c3911"],
  ["Radeon RX 7800 XT", "amd", "RDNA 3.0", 18.66, null, 37.325, 624.1, 16, "self-consistent", "radeon-rx-7800-xt.c3839"],
  ["Radeon RX 7900 XT", "amd", "RDNA 3.0", 25.74, null, 51.5, 800, 20, "self-consistent", "radeon-rx-7900-xt.c3912"],
  ["Radeon RX 7900 XTX", "amd", "RDNA 3.0", 30.695, null, 61.4, 960, 24, "self-consistent", "radeon-rx-7900-xtx.c3941"],
  ["Radeon RX 9070", "amd", "RDNA 4.0", 18.065, null, 36.125, 644.6, 16, "self-consistent", "radeon-rx-9070.c4250"],
  ["Radeon RX 9070 XT", "amd", "RDNA 4.0", 24.33, null, 48.66, 644.6, 16, "self-consistent", "radeon-rx-9070-xt.c4229"],
  ["Arc A380", "intel", "Xe-HPG", 4.2, null, 8.4, 186, 6, "self-consistent", "arc-a380.c3913"],
  ["Arc A750", "intel", "Xe-HPG", 17.2, null, 34.41, 512, 8, "self-consistent", "arc-a750.c3929"],
  ["Arc A770", "intel", "Xe-HPG", 19.66, null, 39.32, 512, 16, "self-consistent", "arc-a770.c3914"],
  ["Arc B580", "intel", "Xe2-HPG", 13.67, null, 27.34, 456, 12, "self-consistent", "arc-b580.c4244"],
];
