// GPU catalogue, workstation. Written by scripts/generate-gpu-catalogue.ts; columns as in CatalogueRow.

import type { CatalogueRow } from "../catalogue-row.ts";

// biome-ignore format: one device a line
export const workstationDevices: readonly CatalogueRow[] = [
  ["Quadro P4000", "nvidia", "Pascal", 5.3, null, 5.3, 243.3, 8, "two-sources", "quadro-p4000.c2930"],
  ["Quadro RTX 4000", "nvidia", "Turing", 7.12, null, 57, 416, 8, "self-consistent", "quadro-rtx-4000.c3336"],
  ["Quadro RTX 5000", "nvidia", "Turing", 11.15, null, 89.2, 448, 16, "self-consistent", "quadro-rtx-5000.c3308"],
  ["Quadro RTX 6000", "nvidia", "Turing", 16.31, null, 130.5, 672, 24, "self-consistent", "quadro-rtx-6000.c3307"],
  ["Quadro RTX 8000", "nvidia", "Turing", 16.31, null, 130.5, 672, 48, "self-consistent", "quadro-rtx-8000.c3306"],
  ["RTX A2000 12 GB", "nvidia", "Ampere", 7.99, 16, 31.9, 288, 12, "self-consistent", "rtx-a2000-12-gb.c3853"],
  ["RTX A4000", "nvidia", "Ampere", 19.17, 38.3, 76.7, 448, 16, "two-sources", "rtx-a4000.c3756"],
  ["RTX A4500", "nvidia", "Ampere", 23.65, 47.3, 94.6, 640, 20, "two-sources", "rtx-a4500.c3849"],
  ["RTX A5000", "nvidia", "Ampere", 27.77, 55.5, 111.1, 768, 24, "two-sources", "rtx-a5000.c3748"],
  ["RTX A5500", "nvidia", "Ampere", 34.1, 68.2, 136.4, 768, 24, "self-consistent", "rtx-a5500.c3901"],
  ["RTX A6000", "nvidia", "Ampere", 38.71, 77.4, 154.8, 768, 48, "two-sources", "rtx-a6000.c3686"],
  ["RTX 4000 Ada Generation", "nvidia", "Ada Lovelace", 26.73, 53.5, 106.9, 360, 20, "self-consistent", "rtx-4000-ada-generation.c4171"],
  ["RTX 5000 Ada Generation", "nvidia", "Ada Lovelace", 65.28, 130.6, 261.1, 576, 32, "self-consistent", "rtx-5000-ada-generation.c4152"],
  ["RTX 6000 Ada Generation", "nvidia", "Ada Lovelace", 91.06, 182.1, 364.2, 960, 48, "two-sources", "rtx-6000-ada-generation.c3933"],
  ["RTX PRO 6000 Blackwell", "nvidia", "Blackwell 2.0", 126, 251.9, 503.8, 1790, 96, "self-consistent", "rtx-pro-6000-blackwell.c4272"],
  ["RTX PRO 6000 Blackwell Server", "nvidia", "Blackwell 2.0", 126, 251.9, 503.8, 1790, 96, "self-consistent", "rtx-pro-6000-blackwell-server.c4274"],
];
