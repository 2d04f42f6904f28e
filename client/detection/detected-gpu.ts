// What detection finds out: GPUs as their drivers or the operating system name them, and the processor.

export interface DetectedGpu {
  readonly name: string;
  readonly memoryBytes: number | undefined;
  /** The highest clock of its cores as it is set now. */
  readonly maximumClockHertz: number | undefined;
  readonly powerLimitWatts: number | undefined;
  /** Who names it: "nvidia-smi", "the device tree", "systeminformation", "lspci", "WebGPU", ... */
  readonly source: string;
}

export interface DetectedHardware {
  /** Real GPUs, best source first; software renderers and virtual displays are left out. */
  readonly gpus: readonly DetectedGpu[];
  readonly cpu: { readonly name: string; readonly clockHertz: number | undefined };
  /** Nominal rate of the default network interface, if the system knows it. */
  readonly networkBitsPerSecond: number | undefined;
  /** What was looked for and not found, left out or renamed, as sentences. */
  readonly notes: readonly string[];
}

/** What a reader of one tool's output found. */
export interface DetectedGpus {
  readonly gpus: readonly DetectedGpu[];
  readonly notes: readonly string[];
}

export const MEBIBYTE = 1024 * 1024;
export const GIBIBYTE = 1024 * MEBIBYTE;

/** Software renderers, virtual displays and server management chips draw pictures but train nothing. */
const drawsOnly = new RegExp(
  [
    "llvmpipe|lavapipe|softpipe|swrast|swiftshader|software|basic render|basic display|\\bwarp\\b",
    "virtio|vmware|svga|\\bqxl|cirrus|bochs|hyper-v|virtualbox|parallels|remote display|spacedesk|displaylink|virtual display",
    "aspeed|matrox|\\bmga\\b|\\bast2\\d00|microsoft corporation",
  ].join("|"),
  "i",
);

/**
 * Whether a name is that of something that cannot train.
 *
 * @param name with its vendor, where the vendor tells ("Microsoft Corporation Device 008e" of WSL).
 * @example isForDrawingOnly("llvmpipe (LLVM 15.0.6, 256 bits)") // true
 */
export function isForDrawingOnly(name: string): boolean {
  return drawsOnly.test(name);
}

/** A GPU of which only the name is known. */
export function namedGpu(name: string, source: string): DetectedGpu {
  return { name, memoryBytes: undefined, maximumClockHertz: undefined, powerLimitWatts: undefined, source };
}
