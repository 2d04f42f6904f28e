// The answer of `nvidia-smi -L`: the GPUs, and the parts (MIG) of those that are cut.

export interface ListedGpu {
  readonly name: string;
  /** The profile of each part, e.g. "1g.20gb": sevenths of the multiprocessors, and memory. */
  readonly parts: readonly string[];
}

/**
 * @example
 * parseNvidiaSmiList("GPU 0: NVIDIA A100 80GB PCIe (UUID: GPU-0)\n  MIG 2g.20gb     Device  0: (UUID: MIG-0)\n")
 * // [{ name: "NVIDIA A100 80GB PCIe", parts: ["2g.20gb"] }]
 */
export function parseNvidiaSmiList(text: string): ListedGpu[] {
  return text
    .split(/^GPU \d+: /m)
    .slice(1)
    .map((section) => ({
      name: (section.split("\n")[0] ?? "").replace(/ \(UUID: .*$/, "").trim(),
      parts: [...section.matchAll(/^ +MIG (\S+) +Device +\d+:/gm)].map(([, profile = ""]) => profile),
    }));
}
