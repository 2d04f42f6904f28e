// What this machine has: its GPUs as their drivers name them, and its processor. Read once, when the agent starts.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { promisify } from "node:util";
import si from "systeminformation";
import { messageOf } from "../foundation/errors.ts";
import { readJetson } from "./detect-jetson.ts";

export interface DetectedGpu {
  readonly name: string;
  readonly memoryBytes: number | undefined;
  /** The highest clock of its cores as it is set now. */
  readonly maximumClockHertz: number | undefined;
  readonly powerLimitWatts: number | undefined;
  /** "nvidia-smi", "systeminformation" or "the device tree". */
  readonly source: string;
}

export interface DetectedHardware {
  /** Real GPUs, best source first; software renderers are left out. */
  readonly gpus: readonly DetectedGpu[];
  readonly cpu: { readonly name: string; readonly clockHertz: number | undefined };
  /** Nominal rate of the default network interface, if the system knows it. */
  readonly networkBitsPerSecond: number | undefined;
  /** What was looked for and not found, as sentences. */
  readonly notes: readonly string[];
}

const MEBIBYTE = 1024 * 1024;
/** Software renderers, virtual displays and server management chips draw pictures but train nothing. */
const notForTraining =
  /llvmpipe|lavapipe|swiftshader|software|virtio|vmware|qxl|cirrus|bochs|aspeed|matrox|basic render/i;

/** Looks at the hardware. Never throws: what cannot be read becomes a note. */
export async function detectHardware(): Promise<DetectedHardware> {
  const notes: string[] = [];
  const note = (sentence: string) => {
    notes.push(sentence);
    return [];
  };
  const jetson = await readJetson();
  const nvidia = jetson
    ? [jetson]
    : await askNvidiaSmi().catch((thrown: unknown) => note(`nvidia-smi: ${oneLine(thrown)}`));
  const others = await askSystem().catch((thrown: unknown) => note(`Graphics controllers: ${oneLine(thrown)}`));
  const gpus = [...nvidia, ...others.filter(({ name }) => nvidia.length === 0 || !/nvidia|geforce|tesla/i.test(name))];
  if (gpus.length === 0) notes.push("No GPU was found.");
  return { gpus, cpu: await readCpu(), networkBitsPerSecond: await readNetworkRate(), notes };
}

async function askNvidiaSmi(): Promise<DetectedGpu[]> {
  const ask = async (fields: string) => {
    const query = [`--query-gpu=${fields}`, "--format=csv,noheader,nounits"];
    return (await promisify(execFile)("nvidia-smi", query, { timeout: 10_000 })).stdout;
  };
  try {
    return parseNvidiaSmi(await ask("name,memory.total,clocks.max.sm,power.limit"));
  } catch {
    // A driver that does not know a field refuses the whole query.
    return parseNvidiaSmi(await ask("name,memory.total"));
  }
}

/**
 * @param text one line a GPU: its name, its memory in MiB and, from drivers that tell them, its maximum clock in MHz and its
 * power limit in W. "[N/A]", "[Not Supported]" and the like are not known.
 */
export function parseNvidiaSmi(text: string): DetectedGpu[] {
  return text
    .split("\n")
    .map((line) => line.split(",").map((field) => field.trim()))
    .filter((fields) => fields.length >= 2)
    .map(([name = "", mebibytes, megahertz, watts]) => ({
      name,
      memoryBytes: positiveNumber(mebibytes, MEBIBYTE),
      maximumClockHertz: positiveNumber(megahertz, 1e6),
      powerLimitWatts: positiveNumber(watts, 1),
      source: "nvidia-smi",
    }));
}

/** undefined for everything that is no positive number. */
function positiveNumber(text: string | undefined, unit: number): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value * unit : undefined;
}

async function askSystem(): Promise<DetectedGpu[]> {
  const { controllers } = await si.graphics();
  return controllers
    .filter(({ model }) => model && !notForTraining.test(model))
    .map((controller) => ({
      name: controller.model,
      memoryBytes: memoryOfController(controller, process.platform, totalmem()),
      maximumClockHertz: undefined,
      powerLimitWatts: undefined,
      source: "systeminformation",
    }));
}

/**
 * The memory that training may use on a graphics controller, where systeminformation tells it: under Linux its "vram" is the
 * card's window in the address space, often 256 MiB, and that of an integrated GPU is what the firmware sets aside.
 *
 * @param systemBytes the machine's memory, which is also the GPU's on Apple silicon.
 * @example memoryOfController({ model: "Apple M1 Pro", vram: null, vramDynamic: true }, "darwin", 16 * 2 ** 30) // 16 * 2 ** 30
 */
export function memoryOfController(
  controller: { readonly model: string; readonly vram: number | null; readonly vramDynamic: boolean },
  platform: NodeJS.Platform,
  systemBytes: number,
): number | undefined {
  if (/^apple m\d/i.test(controller.model)) return systemBytes;
  if (platform === "linux" || controller.vramDynamic || !controller.vram) return undefined;
  return controller.vram * MEBIBYTE;
}

async function readCpu(): Promise<DetectedHardware["cpu"]> {
  try {
    const [cpu, current] = [await si.cpu(), await si.cpuCurrentSpeed()];
    const gigahertz = cpu.speedMax || cpu.speed || current.max || current.avg || (await readLinuxClock());
    return { name: `${cpu.manufacturer} ${cpu.brand}`.trim(), clockHertz: gigahertz ? gigahertz * 1e9 : undefined };
  } catch {
    return { name: "unknown processor", clockHertz: undefined };
  }
}

/** GHz as the kernel tells it; virtual machines often tell nothing else. */
async function readLinuxClock(): Promise<number> {
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  return Number(/^cpu MHz\s*:\s*([\d.]+)/m.exec(text)?.[1] ?? 0) / 1000;
}

async function readNetworkRate(): Promise<number | undefined> {
  try {
    const found = await si.networkInterfaces("default");
    const { speed } = Array.isArray(found) ? (found[0] ?? { speed: null }) : found;
    return speed && speed > 0 ? speed * 1e6 : undefined;
  } catch {
    return undefined;
  }
}

function oneLine(thrown: unknown): string {
  const isMissing = (thrown as NodeJS.ErrnoException).code === "ENOENT";
  return isMissing ? "not installed." : (messageOf(thrown).split("\n")[0] ?? "failed.");
}
