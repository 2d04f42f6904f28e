// The graphics controllers in the output of lspci, with or without -nn, -v or -k.

import type { Controller } from "./controllers.ts";

const controllerLine =
  /^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] (?:vga compatible controller|3d controller|display controller)(?: \[\d{4}\])?: (.+)$/i;
const vendorAndModel = /^(.*?(?:corporation|inc\.?|ltd\.?)(?: \[amd\/ati\])?) (.+)$/i;

/**
 * @example
 * parseLspci("01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)\n")
 * // [{ vendor: "NVIDIA Corporation", model: "GA102 [GeForce RTX 3090]", vram: null, vramDynamic: false }]
 */
export function parseLspci(text: string): Controller[] {
  return text.split("\n").flatMap((line) => {
    const named = controllerLine.exec(line.trim())?.[1];
    if (named === undefined) return [];
    const bare = named
      .replace(/ \(prog-if .*$/, "")
      .replace(/ \(rev [0-9a-f]+\)$/, "")
      .replace(/ \[[0-9a-f]{4}:[0-9a-f]{4}\]$/, "");
    const [, vendor = "", model = bare] = vendorAndModel.exec(bare) ?? [];
    return { vendor, model, vram: null, vramDynamic: false };
  });
}
