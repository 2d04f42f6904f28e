// The GPU behind a WebGPU adapter: its information names it, names only its maker, or says that it is no GPU at all.

import type { AdapterInfo } from "../../models/tensorflow/backends/names.ts";
import { readDeviceNames } from "../../selection/devices/device-name.ts";
import { findDevice } from "../../selection/devices/find-device.ts";
import { type DetectedGpu, isForDrawingOnly, namedGpu } from "./detected-gpu.ts";

export type AdapterGpu =
  | { readonly kind: "gpu"; readonly gpu: DetectedGpu; readonly why: string }
  /** It computes on the processor. */
  | { readonly kind: "software"; readonly name: string }
  /** A GPU, but neither it nor the system says which. */
  | { readonly kind: "unnamed"; readonly name: string; readonly why: string };

/**
 * Dawn and browsers write the card's name into `description` or into `device`, the driver's version into the other. Without a name
 * the system's only GPU of that maker is meant.
 *
 * @param detected the GPUs of this machine (`detectHardware`), which also know memory, clock and power limit.
 * @example
 * gpuOfAdapterInfo({ vendor: "amd", architecture: "rdna-2", device: "0x73bf", description: "AMD Radeon RX 6800 (RADV NAVI21)" })
 * // { kind: "gpu", gpu: { name: "AMD Radeon RX 6800 (RADV NAVI21)", source: "WebGPU", ... }, why: "as WebGPU names it" }
 */
export function gpuOfAdapterInfo(info: AdapterInfo, detected: readonly DetectedGpu[] = []): AdapterGpu {
  const texts = [info.description, info.device].map((text) => text.trim());
  const rendering = [...texts, info.vendor, info.architecture].find(isForDrawingOnly);
  const maker = `${info.vendor} ${info.architecture}`.trim();
  if (info.isFallbackAdapter || rendering !== undefined) {
    return { kind: "software", name: rendering ?? (texts.find(Boolean) || maker || "a fallback adapter") };
  }
  const names = texts.filter(isName);
  const name = names.find((text) => findDevice(text).kind !== "none") ?? names[0];
  if (name !== undefined) return namedAdapter(name, detected);
  const ofMaker = detected.filter((gpu) => vendorOf(gpu.name) !== null && vendorOf(gpu.name) === vendorOf(info.vendor));
  const [only] = ofMaker;
  if (only !== undefined && ofMaker.length === 1) {
    return { kind: "gpu", gpu: only, why: `WebGPU names only the maker, "${maker}"; ${only.source} names the GPU` };
  }
  const count = `the system lists ${ofMaker.length} GPUs of that maker`;
  return { kind: "unnamed", name: maker || "an adapter", why: `WebGPU names only "${maker}", and ${count}` };
}

/** A detected GPU of the same name tells more about it. */
function namedAdapter(name: string, detected: readonly DetectedGpu[]): AdapterGpu {
  const same = detected.find((gpu) => sameName(gpu.name, name));
  if (same === undefined) return { kind: "gpu", gpu: namedGpu(name, "WebGPU"), why: "as WebGPU names it" };
  return { kind: "gpu", gpu: same, why: `as WebGPU and ${same.source} name it` };
}

function sameName(first: string, second: string): boolean {
  const words = (text: string) => JSON.stringify(readDeviceNames(text).map(({ modelTokens }) => modelTokens));
  return words(first) === words(second);
}

const vendorOf = (text: string) => vendorNumbers[text.toLowerCase()] ?? readDeviceNames(text)[0]?.vendor ?? null;

/** PCI vendor numbers, which stand in `vendor` where an implementation knows no name. */
const vendorNumbers: Readonly<Record<string, string>> = {
  "0x10de": "nvidia",
  "0x1002": "amd",
  "0x8086": "intel",
  "0x106b": "apple",
};

/** Numbers of devices, versions of drivers and descriptions of them are no names of GPUs. */
function isName(text: string): boolean {
  const isNumber = /^(?:0x)?[0-9a-f.-]+$/i.test(text);
  return (
    text !== "" &&
    !isNumber &&
    !/\bdriver\b|\bmesa \d|\d+\.\d+\.\d+|\bmetal\b.*\bmacos\b|^\d/i.test(text) &&
    /[a-z]/i.test(text)
  );
}
