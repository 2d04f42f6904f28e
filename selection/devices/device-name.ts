// Reads the name of a GPU as drivers, lspci, browsers and people write it, into the few facts that tell cards apart:
// model tokens, form factor, stated memory. What only decorates a name (vendor, marketing words, bus) drops out.

import type { DeviceVendor } from "../types.ts";

/** A name as facts; two names of the same card have equal model tokens. */
export interface DeviceName {
  /** Lower-case words and numbers that identify the card, e.g. rtx, 3080, ti; "mobile" for every word for a laptop. */
  readonly modelTokens: readonly string[];
  /** Words in round brackets: they may complete a name, never contradict one. */
  readonly asideTokens: readonly string[];
  /** "pcie", "sxm" (any generation) or "sxm2"..."sxm5". */
  readonly formFactor: string | null;
  readonly memoryGibibytes: number | null;
  /** Where a chip is sold with several numbers of GPU cores: "Apple M3 Max (40-core GPU)". */
  readonly coreCount: number | null;
  readonly vendor: DeviceVendor | null;
}

/** Words that say nothing about which card it is. */
const decoration = new Set(
  [
    "nvidia amd ati advanced micro devices intel qualcomm apple corporation corp inc technologies",
    "geforce tesla radeon instinct jetson tegra arc adreno quadro snapdragon",
    "gpu graphics card video adapter series edition founders collectors generation accelerator tensor core",
    "with design developer kit engineering reference module workstation mesa lite hash rate lhr oam ac mba",
  ]
    .join(" ")
    .split(" "),
);

const vendorWords: readonly (readonly [DeviceVendor, RegExp])[] = [
  ["nvidia", /\b(nvidia|geforce|tesla|quadro|jetson)\b/],
  ["amd", /\b(amd|ati|radeon|instinct)\b/],
  ["intel", /\b(intel|arc)\b/],
  ["apple", /\bapple\b/],
  ["qualcomm", /\b(qualcomm|adreno|snapdragon)\b/],
];

const laptopWord = /\b(laptop|mobile|notebook)\b( gpu)?/g;
const statedMemory = /(?<![\d.])(\d{1,3}) ?(?:gib|gb|g)\b/;
const statedCores = /(?<![\d.])(\d{1,3})[- ]core\b/;

/**
 * The names that a text may mean: one, but several where lspci names one chip's cards ("[Radeon RX 7900 XT/7900 XTX]").
 *
 * @example
 * readDeviceNames("GA104M [GeForce RTX 3070 Mobile]")[0]?.modelTokens // ["rtx", "3070", "mobile"]
 */
export function readDeviceNames(text: string): DeviceName[] {
  return alternatives(essence(text)).map(readOne);
}

/** The part of a driver's, browser's or lspci's line that names the card, in lower case. */
function essence(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/\((r|tm|c)\)|[®™©]/g, " ")
    // What programs write before and after it: "GPU 0:" of nvidia-smi -L, "Chipset Model:" of system_profiler.
    .replace(/^\s*(gpu \d+|chipset model|card series|marketing name|device name) ?:/, "")
    .replace(/\/(pcie\/sse2|integrated)\b|, \d+ mib$|\brev\. [a-z]\b/g, " ");
  // lspci: chip [card]; the last bracket, as AMD's own name is one too, but for the numbers of lspci -nn.
  const brackets = [...name.matchAll(/\[([^\]]+)\]/g)].flatMap(([, inside = ""]) =>
    pciNumber.test(inside) ? [] : inside,
  );
  // APUs: "... with Radeon 780M Graphics".
  return (brackets.at(-1) ?? unwrapped(name)).replace(/^.*\bw(?:ith |\/ ?)(?=radeon)/, "").trim();
}

const pciNumber = /^(?:03[08]\d|[0-9a-f]{4}:[0-9a-f]{4})$/;

/** Browsers: ANGLE (vendor, renderer, API). They and Mesa put layers around a driver's name: "Vulkan 1.3 (...)", "D3D12 (...)". */
function unwrapped(name: string): string {
  const parts = /^\s*angle \((.*)\)\s*$/.exec(name)?.[1]?.split(/,(?![^(]*\))/);
  const renderer = (parts?.[1] ?? parts?.[0] ?? name).trim();
  const inside = /^(?:zink )?(?:vulkan [\d.]+|d3d12|virgl) ?\((.*)\)$/.exec(renderer)?.[1] ?? renderer;
  return parts === undefined
    ? inside
    : inside.replace(/^.*renderer:/, "").replace(/\b(direct3d|d3d|opengl|vulkan).*$/, "");
}

/** "rx 7900 xt/7900 xtx" -> both in full; a part inherits what it leaves out from the first. */
function alternatives(name: string): string[] {
  const [first = "", ...others] = name.split("/").map((part) => part.trim());
  const line = first.replace(/\d.*$/, "").trim();
  const bare = first
    .replace(laptopWord, "")
    .replace(/\bmax-?q\b/, "")
    .replace(statedMemory, "")
    .trim();
  const inherit = (part: string): string => {
    if (
      part
        .replace(statedMemory, "")
        .replace(/\bmax-?q\b/, "")
        .replace(laptopWord, "")
        .trim() === ""
    ) {
      return `${bare} ${part}`;
    }
    return /^\d/.test(part) ? `${line} ${part}` : part;
  };
  return [first, ...others.map(inherit)];
}

function readOne(text: string): DeviceName {
  const words = text
    .replace(/\bmax[- ]?q\b/g, "maxq")
    .replace(laptopWord, "mobile")
    .replace(/\b(rtx|gtx|rx)(?=\d)/g, "$1 ")
    // GeForce cards only: the Radeon RX 7700S is no SUPER.
    .replace(/\b(16[56]0|20[678]0|40[78]0)( ?ti)?s\b/g, "$1$2 super")
    .replace(/(\d{3,4})(ti|super|xtx|xt)\b/g, "$1 $2")
    .replace(/\btisuper\b/g, "ti super");
  const memory = statedMemory.exec(words.replace(/[-_]/g, " "))?.[1];
  const cores = statedCores.exec(words)?.[1];
  const asides = [...words.matchAll(/\(([^)]*)\)/g)].map((aside) => aside[1] ?? "").join(" ");
  const plain = tokensOf(words.replace(/\([^)]*\)/g, " "));
  const model = plain.filter((token) => !decoration.has(token) && !isFormFactor(token));
  const vendor = vendorWords.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
  return {
    modelTokens: model.concat(words.includes("mobile") && !model.includes("mobile") ? ["mobile"] : [], quadroOf(plain)),
    asideTokens: tokensOf(asides),
    formFactor: formFactorOf(plain),
    memoryGibibytes: memory === undefined ? null : Number(memory),
    coreCount: cores === undefined ? null : Number(cores),
    vendor,
  };
}

/** Quadro RTX 4000 and RTX 4000 Ada share a number, but drivers write "Quadro RTX A6000" too: the word counts before digits. */
function quadroOf(tokens: readonly string[]): string[] {
  return /\bquadro rtx \d/.test(tokens.join(" ")) ? ["quadro"] : [];
}

function tokensOf(text: string): string[] {
  return text
    .replace(statedCores, " ")
    .replace(/[-_]/g, " ")
    .replace(new RegExp(statedMemory, "g"), " ")
    .split(/[^a-z0-9.]+/)
    .filter((token) => token !== "");
}

function isFormFactor(token: string): boolean {
  return /^(pcie?|sxm\d?|hbm[23]e?|gddr\dx?)$/.test(token);
}

/** Drivers write "H100 80GB HBM3" for the SXM board and "H100 PCIe" for the card. */
function formFactorOf(tokens: readonly string[]): string | null {
  if (tokens.includes("pcie") || tokens.includes("pci")) return "pcie";
  return (
    tokens.find((token) => /^sxm\d?$/.test(token)) ?? (tokens.some((token) => /^hbm3e?$/.test(token)) ? "sxm" : null)
  );
}
