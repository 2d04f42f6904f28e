// Graphics controllers as the operating system lists them, and the GPUs among them. The shape is that of systeminformation;
// the readers of lspci, system_profiler and Win32_VideoController, asked where it finds nothing, make the same.

import { type DetectedGpu, type DetectedGpus, isForDrawingOnly, MEBIBYTE } from "./detected-gpu.ts";

export interface Controller {
  readonly vendor: string;
  readonly model: string;
  /** What nvidia-smi calls it, where systeminformation brought the two together. */
  readonly name?: string | undefined;
  /** In MiB. */
  readonly vram: number | null;
  /** Whether the memory is the system's, or how much of it there is depends on the use. */
  readonly vramDynamic: boolean;
  /** GPU cores of an Apple chip. */
  readonly cores?: string | number | null | undefined;
}

export interface ControllersReading {
  readonly controllers: readonly Controller[];
  /** Who listed them. */
  readonly source: string;
  readonly platform: NodeJS.Platform;
  /** The machine's memory, which is also the GPU's on Apple silicon. */
  readonly systemBytes: number;
}

export function gpusOfControllers(reading: ControllersReading): DetectedGpus {
  const { controllers, source, platform, systemBytes } = reading;
  const named = controllers.filter(({ model }) => model);
  const isLeftOut = ({ vendor, model }: Controller) => isForDrawingOnly(`${vendor} ${model}`);
  const gpus = named
    .filter((controller) => !isLeftOut(controller))
    .map(
      (controller): DetectedGpu => ({
        name: nameOf(controller),
        memoryBytes: memoryOfController(controller, platform, systemBytes),
        maximumClockHertz: undefined,
        powerLimitWatts: undefined,
        source,
      }),
    );
  const notes = named
    .filter(isLeftOut)
    .map(({ vendor, model }) => `Left out: "${trimVendor(vendor)} ${model}", which draws pictures but trains nothing.`);
  return { gpus, notes };
}

export function isNvidia({ vendor, model }: Controller): boolean {
  return /nvidia/i.test(vendor) || /nvidia|geforce|tesla|quadro/i.test(model);
}

/** Chips of one name are sold with several numbers of cores, and lspci writes only a number for what its list does not know. */
function nameOf({ vendor, model, cores }: Controller): string {
  if (/^apple m\d/i.test(model) && Number(cores) > 0) return `${model} (${Number(cores)}-core GPU)`;
  return /^device [0-9a-f]{4}$/i.test(model) ? `${trimVendor(vendor)} ${model}` : model;
}

/** "Advanced Micro Devices, Inc. [AMD/ATI]" -> "AMD/ATI"; "NVIDIA Corporation" -> "NVIDIA". */
function trimVendor(vendor: string): string {
  return /\[(.+)\]/.exec(vendor)?.[1] ?? vendor.replace(/,? (corporation|inc\.?|ltd\.?|technology)\b.*$/i, "");
}

/**
 * The memory that training may use on a graphics controller, where the system tells it: under Linux its "vram" is the card's
 * window in the address space, often 256 MiB, and that of an integrated GPU is what the firmware sets aside.
 *
 * @example memoryOfController({ model: "Apple M1 Pro", vram: null, vramDynamic: true }, "darwin", 16 * 2 ** 30) // 16 * 2 ** 30
 */
export function memoryOfController(
  controller: Pick<Controller, "model" | "vram" | "vramDynamic">,
  platform: NodeJS.Platform,
  systemBytes: number,
): number | undefined {
  if (/^apple m\d/i.test(controller.model)) return systemBytes;
  if (platform === "linux" || controller.vramDynamic || !controller.vram) return undefined;
  return controller.vram * MEBIBYTE;
}
