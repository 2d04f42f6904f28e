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
  readonly vendor: DeviceVendor | null;
}

/** Words that say nothing about which card it is. */
const decoration = new Set(
  [
    "nvidia amd ati advanced micro devices intel qualcomm apple corporation corp inc technologies",
    "geforce tesla radeon instinct jetson arc adreno quadro snapdragon",
    "gpu graphics card video adapter series edition founders collectors generation accelerator tensor core",
    "with design developer kit engineering reference module workstation mesa lite hash rate lhr",
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
  let name = text
    .toLowerCase()
    .replace(/\((r|tm|c)\)|[®™©]/g, " ")
    .replace(/\/pcie\/sse2\b/, "");
  // Browsers: ANGLE (vendor, renderer, API).
  const angle = /^angle \((.*)\)$/.exec(name)?.[1]?.split(",")[1];
  if (angle !== undefined) name = angle.replace(/^.*renderer:/, "").replace(/\b(direct3d|d3d|opengl|vulkan).*$/, "");
  // lspci: chip [card]; the last bracket, as AMD's own name is one too.
  name = [...name.matchAll(/\[([^\]]+)\]/g)].at(-1)?.[1] ?? name;
  // APUs: "... with Radeon 780M Graphics".
  return name.replace(/^.*\bw(?:ith |\/ ?)(?=radeon)/, "").trim();
}

/** "rx 7900 xt/7900 xtx" -> both in full; a part inherits what it leaves out from the first. */
function alternatives(name: string): string[] {
  const [first = "", ...others] = name.split("/").map((part) => part.trim());
  const line = first.replace(/\d.*$/, "").trim();
  const bare = first.replace(laptopWord, "").replace(statedMemory, "").trim();
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
    .replace(/(\d{3,4})(ti|super|xtx|xt)\b/g, "$1 $2")
    .replace(/\btisuper\b/g, "ti super");
  const memory = statedMemory.exec(words.replace(/[-_]/g, " "))?.[1];
  const asides = [...words.matchAll(/\(([^)]*)\)/g)].map((aside) => aside[1] ?? "").join(" ");
  const plain = tokensOf(words.replace(/\([^)]*\)/g, " "));
  const model = plain.filter((token) => !decoration.has(token) && !isFormFactor(token));
  const vendor = vendorWords.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
  return {
    modelTokens: model.concat(words.includes("mobile") && !model.includes("mobile") ? ["mobile"] : [], quadroOf(plain)),
    asideTokens: tokensOf(asides),
    formFactor: formFactorOf(plain),
    memoryGibibytes: memory === undefined ? null : Number(memory),
    vendor,
  };
}

/** Quadro RTX 4000 and RTX 4000 Ada share a number, but drivers write "Quadro RTX A6000" too: the word counts before digits. */
function quadroOf(tokens: readonly string[]): string[] {
  return /\bquadro rtx \d/.test(tokens.join(" ")) ? ["quadro"] : [];
}

function tokensOf(text: string): string[] {
  return text
    .replace(/[-_]/g, " ")
    .replace(new RegExp(statedMemory, "g"), " ")
    .split(/[^a-z0-9.]+/)
    .filter((token) => token !== "");
}

function isFormFactor(token: string): boolean {
  return /^(pcie?|sxm\d?|hbm[23]e?)$/.test(token);
}

/** Drivers write "H100 80GB HBM3" for the SXM board and "H100 PCIe" for the card. */
function formFactorOf(tokens: readonly string[]): string | null {
  if (tokens.includes("pcie") || tokens.includes("pci")) return "pcie";
  return (
    tokens.find((token) => /^sxm\d?$/.test(token)) ?? (tokens.some((token) => /^hbm3e?$/.test(token)) ? "sxm" : null)
  );
}
