// The graphics controllers in the output of macOS' `system_profiler SPDisplaysDataType`.

import type { Controller } from "./controllers.ts";

/**
 * @example
 * parseSystemProfiler("      Chipset Model: Apple M1\n      Bus: Built-In\n      Total Number of Cores: 7\n")
 * // [{ vendor: "", model: "Apple M1", cores: "7", vram: null, vramDynamic: true }]
 */
export function parseSystemProfiler(text: string): Controller[] {
  return text
    .split(/^\s*Chipset Model:/m)
    .slice(1)
    .map((section) => {
      const model = (section.split("\n")[0] ?? "").trim();
      const field = (name: string) => new RegExp(`^\\s*${name}:\\s*(.+?)\\s*$`, "m").exec(section)?.[1];
      return {
        vendor: field("Vendor")?.replace(/ \(0x[0-9a-f]+\)$/, "") ?? "",
        model,
        cores: field("Total Number of Cores") ?? null,
        vram: mebibytes(field("VRAM \\(.*\\)")),
        vramDynamic: field("Bus") === "Built-In",
      };
    });
}

/** "16 GB" or "1536 MB", in the units of drivers: 2^30 and 2^20 bytes. */
function mebibytes(text: string | undefined): number | null {
  const [, value, unit] = /^(\d+) ([GM])B$/.exec(text ?? "") ?? [];
  return value === undefined ? null : Number(value) * (unit === "G" ? 1024 : 1);
}
