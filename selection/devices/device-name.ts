// Reads a device's name, as a driver, an operating system, a browser or a person writes it, into comparable parts.

import type { DeviceVendor } from "../types.ts";

export interface DeviceName {
  /** Lower-case words that tell devices apart, without vendors, memory sizes and decoration. */
  readonly tokens: ReadonlySet<string>;
  /** "pcie", "sxm2", ... where the name says how the board is built. */
  readonly formFactor: string | undefined;
  readonly memoryGibibytes: number | undefined;
  /** GPU cores, as Apple's names say them: "(16-core GPU)". */
  readonly coreCount: number | undefined;
  /** A laptop part by its name: "Laptop GPU", "Mobile", "Max-Q". */
  readonly isMobile: boolean;
  readonly vendor: DeviceVendor | undefined;
}

const vendorWords: Readonly<Record<string, DeviceVendor>> = {
  nvidia: "nvidia",
  amd: "amd",
  ati: "amd",
  intel: "intel",
  apple: "apple",
  qualcomm: "qualcomm",
};

/** Words that no two devices differ by. "d" or "s" are not among them: an RTX 4090 D is not an RTX 4090. */
const decoration = new Set(
  (
    "corporation corp inc advanced micro devices graphics gpu gpus card controller series family device edition generation " +
    "workstation developer development kit devkit engineering reference module oam oc gaming lite hash rate lhr nvgpu " +
    "integrated compatible vga 3d"
  ).split(" "),
);

/** Different spellings of one thing, applied in order to the lower-case name. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/\((tm|r|c)\)|[®™©]/g, " "],
  // "ANGLE (NVIDIA, NVIDIA GeForce RTX 3090 (0x2204) Direct3D11 ..., D3D11)", "ANGLE (Apple, ANGLE Metal Renderer: Apple M1, ...)"
  [/^angle \([^,]*,\s*(?:angle metal renderer:\s*)?([^,]*).*$/g, "$1"],
  [/\bdirect3d.*$|\/pcie\/sse2\b|\bopengl.*$/g, " "],
  [/\((?:0x[0-9a-f]+|[^)]*(?:llvm|drm)[^)]*|rev [^)]*)\)|\brev\. ?\w+/g, " "],
  [/\bmax[- ]?q\b/g, "maxq"],
  [/\b(with|design)\b/g, " "],
  [/\b(laptop|notebook)\b/g, "mobile"],
  // GH200 names the CPU's memory; nvidia-smi tells an H100 SXM5 from the PCIe board by its memory type only.
  [/\bgh200 480 ?gb\b/g, "gh200 96gb"],
  [/\b(h100) (80gb) hbm3\b/g, "$1 sxm5 $2"],
  [/\btegra x2\b/g, "jetson tx2"],
  [/\b(rtx|gtx|rx)(?=\d)/g, "$1 "],
  [/\b(\d{3,4})(ti|super|xtx|xt|gre)\b/g, "$1 $2"],
  [/\b(\d+) ?(?:gb|gib|g)\b/g, "$1gb"],
  [/\b(\d+)[- ]cores?\b/g, "$1cores"],
  // NVIDIA's chip names in front of or behind the product's.
  [/\b(g[abhkmpv]|ad|tu|gb)\d{2,3}(gl|glm|m|b)?\b(?= ?[[(]|$)/g, " "],
];

/**
 * @example parseDeviceName("NVIDIA A100-SXM4-40GB")
 * // { tokens: {"a100"}, formFactor: "sxm4", memoryGibibytes: 40, isMobile: false, vendor: "nvidia", ... }
 */
export function parseDeviceName(name: string): DeviceName {
  let text = bracketed(name.toLowerCase());
  for (const [pattern, replacement] of spellings) text = text.replace(pattern, replacement);
  const words = text.split(/[^a-z0-9.]+/).filter((word) => word !== "" && !decoration.has(word));
  const numberBefore = (pattern: RegExp) => {
    const matched = words.map((word) => pattern.exec(word)?.[1]).find((number) => number !== undefined);
    return matched === undefined ? undefined : Number(matched);
  };
  const isSpecific = (word: string) =>
    !Object.hasOwn(vendorWords, word) && !/^(\d+gb|\d+cores|pcie|sxm\d?|mobile)$/.test(word);
  const vendorWord = words.find((word) => Object.hasOwn(vendorWords, word));
  return {
    tokens: new Set(words.filter(isSpecific)),
    formFactor: words.find((word) => /^(pcie|sxm\d?)$/.test(word)),
    memoryGibibytes: numberBefore(/^(\d+)gb$/),
    coreCount: numberBefore(/^(\d+)cores$/),
    isMobile: words.includes("mobile") || words.includes("maxq"),
    vendor: vendorWord === undefined ? undefined : vendorWords[vendorWord],
  };
}

/** lspci writes "GA102 [GeForce RTX 3090]": the product is what stands in brackets. */
function bracketed(text: string): string {
  const contents = [...text.matchAll(/\[([^\]]+)\]/g)].map((match) => match[1] as string);
  return contents.find((content) => /\d/.test(content)) ?? text;
}

/**
 * The names that "Radeon RX 6800/6800 XT / 6900 XT" stands for. One name for all others.
 *
 * @example alternativeNames("Navi 21 [Radeon RX 6800/6800 XT]") // ["radeon rx 6800", "radeon rx 6800 xt"]
 */
export function alternativeNames(name: string): readonly string[] {
  const text = bracketed(name.toLowerCase()).replace(/\/pcie\/sse2\b/g, "");
  const [first = text, ...others] = text.startsWith("angle") ? [text] : text.split(/\s*\/\s*/);
  const family = first.replace(/\s*\S*\d.*$/, "");
  return [first, ...others.map((other) => (/^\S*\d/.test(other) ? `${family} ${other}` : `${first} ${other}`))];
}
