// The graphics controllers in the output of Windows' `Get-CimInstance Win32_VideoController | Format-List *`.

import type { Controller } from "./controllers.ts";
import { MEBIBYTE } from "./detected-gpu.ts";

/** AdapterRAM has 32 bits, and drivers write this for every card of 4 GiB or more. */
const SATURATED_BYTES = 4095 * MEBIBYTE;

/**
 * Displays without hardware (remote desktop, dummy monitors) hang below ROOT or SWD where a card hangs below PCI.
 *
 * @example
 * parseVideoControllers("Name : AMD Radeon RX 5600 XT\nAdapterCompatibility : Advanced Micro Devices, Inc.\n")
 * // [{ vendor: "Advanced Micro Devices, Inc.", model: "AMD Radeon RX 5600 XT", vram: null, vramDynamic: false }]
 */
export function parseVideoControllers(text: string): Controller[] {
  return text
    .replaceAll("\r", "")
    .split(/\n(?:[ \t]*\n)+/)
    .flatMap((section) => {
      const field = (name: string) =>
        new RegExp(`^${name}[ \\t]*[:=][ \\t]*(.*?)[ \\t]*$`, "m").exec(section)?.[1] ?? "";
      const model = field("Name") || field("Caption");
      if (model === "" || /^(?:ROOT|SWD)\\/.test(field("PNPDeviceID"))) return [];
      const bytes = Number(field("AdapterRAM"));
      const isInternal = field("AdapterDACType").toLowerCase() === "internal";
      const vram = bytes > 0 && bytes < SATURATED_BYTES ? Math.round(bytes / MEBIBYTE) : null;
      return { vendor: field("AdapterCompatibility"), model, vram, vramDynamic: isInternal };
    });
}
