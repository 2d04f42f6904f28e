// Jetson boards: nvidia-smi names them "Orin (nvgpu)" and tells no memory or clock. The kernel tells the board, the memory that
// the GPU shares with the processor, and the clock that the power mode (nvpmodel) allows.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DetectedGpu } from "./detect-hardware.ts";

const jetson = /jetson|\borin\b|xavier|\bthor\b|tegra/i;
/** The GPU among the devices whose clock the kernel scales; the name changed between generations and JetPack releases. */
const gpuDevice = /\.(gpu|ga10b|gv11b|gp10b|gm20b)$|^gpu-gpc-0$/;

/**
 * @param root the root of the file system that describes the machine.
 * @returns undefined on any other machine. Never throws.
 */
export async function readJetson(root = "/"): Promise<DetectedGpu | undefined> {
  const read = (path: string) => readFile(join(root, path), "utf8").catch(() => "");
  const name = (await read("proc/device-tree/model")).replaceAll("\0", "").trim();
  if (!jetson.test(name)) return undefined;
  const kibibytes = Number(/^MemTotal:\s*(\d+) kB/m.exec(await read("proc/meminfo"))?.[1]);
  const devices = await readdir(join(root, "sys/class/devfreq")).catch(() => []);
  const device = devices.find((entry) => gpuDevice.test(entry));
  const hertz = device === undefined ? Number.NaN : Number(await read(`sys/class/devfreq/${device}/max_freq`));
  return {
    name,
    memoryBytes: kibibytes > 0 ? kibibytes * 1024 : undefined,
    maximumClockHertz: hertz > 0 ? hertz : undefined,
    powerLimitWatts: undefined,
    source: "the device tree",
  };
}
