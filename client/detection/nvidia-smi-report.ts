// The report of `nvidia-smi -q`: what drivers answer that refuse a query because they do not know one of its fields.

import { type NvidiaGpu, nvidiaGpu } from "./nvidia-smi-fields.ts";

/**
 * @param text sections by indentation, one per GPU, that begin with its address: "GPU 00000000:01:00.0".
 * @example
 * parseNvidiaSmiReport("GPU 00000000:01:00.0\n    Product Name : Tesla T4\n    FB Memory Usage\n        Total : 15360 MiB\n")
 * // [{ name: "Tesla T4", memoryBytes: 15360 * 2 ** 20, ... }]
 */
export function parseNvidiaSmiReport(text: string): NvidiaGpu[] {
  return text
    .split(/^GPU [0-9a-f]{4,8}:/im)
    .slice(1)
    .flatMap((section) => {
      const name = /^ +Product Name +: (.+?)\s*$/m.exec(section)?.[1];
      if (name === undefined) return [];
      const inside = (title: string, field: string) => valueIn(section, title, field);
      return nvidiaGpu({
        name,
        memory: inside("FB Memory Usage", "Total"),
        clock: inside("Max Clocks", "SM"),
        power: inside("(?:GPU )?Power Readings", "(?:Current )?Power Limit"),
        migMode: inside("MIG Mode", "Current"),
      });
    });
}

/** The value of a field below a title, among the lines that are indented more than the title. */
function valueIn(section: string, title: string, field: string): string | undefined {
  const block = new RegExp(`^( +)${title} *\\n((?:\\1 +.*\\n?)+)`, "m").exec(section)?.[2] ?? "";
  return new RegExp(`^ +${field} +: (.+?)\\s*$`, "m").exec(block)?.[1];
}
