// From what the machine's tools and files said to the hardware: pure, so that recorded outputs of other machines go the same way.

import { type Controller, gpusOfControllers, isNvidia } from "./controllers.ts";
import type { DetectedGpus, DetectedHardware } from "./detected-gpu.ts";
import { type JetsonReading, jetsonGpu } from "./jetson.ts";
import { withLaptopNames } from "./laptop-names.ts";
import { parseLspci } from "./lspci.ts";
import { type NvidiaSmiReading, nvidiaGpus } from "./nvidia-gpus.ts";
import { parseSystemProfiler } from "./system-profiler.ts";
import { parseVideoControllers } from "./windows-video-controllers.ts";

/** All that was read, as it was read; JSON can hold it. */
export interface MachineReadings {
  readonly platform: NodeJS.Platform;
  readonly systemBytes: number;
  readonly nvidiaSmi: NvidiaSmiReading;
  readonly jetson?: JetsonReading | undefined;
  /** systeminformation's `graphics()`. */
  readonly graphics: {
    readonly controllers: readonly Controller[];
    readonly hasBuiltInDisplay: boolean;
    readonly failure?: string | undefined;
  };
  /** What the system's own tool printed, where systeminformation listed nothing. */
  readonly systemTool?: { readonly tool: SystemTool; readonly text: string } | undefined;
  readonly cpu: DetectedHardware["cpu"];
  readonly networkBitsPerSecond?: number | undefined;
}

export type SystemTool = "lspci" | "system_profiler" | "Win32_VideoController";

const parserOf: Readonly<Record<SystemTool, (text: string) => Controller[]>> = {
  lspci: parseLspci,
  system_profiler: parseSystemProfiler,
  Win32_VideoController: parseVideoControllers,
};

export function hardwareOfReadings(readings: MachineReadings): DetectedHardware {
  const { controllers, source } = listedControllers(readings);
  const board = readings.jetson && jetsonGpu(readings.jetson);
  const nvidia: DetectedGpus = board ? { gpus: [board], notes: [] } : nvidiaGpus(readings.nvidiaSmi);
  const others = gpusOfControllers({
    controllers: nvidia.gpus.length > 0 ? controllers.filter((controller) => !isNvidia(controller)) : controllers,
    ...{ source, platform: readings.platform, systemBytes: readings.systemBytes },
  });
  const listed = [...nvidia.gpus, ...others.gpus];
  const { gpus, notes: renamed } = withLaptopNames(listed, controllers, readings.graphics.hasBuiltInDisplay);
  const failure = readings.graphics.failure;
  const found = [...renamed, ...others.notes, ...(failure ? [`Graphics controllers: ${failure}`] : [])];
  const notes =
    gpus.length === 0
      ? [noGpuNote(nvidia.notes, others.notes.length), ...found]
      : [...missingDriverNotes(nvidia, controllers), ...found];
  return { gpus, cpu: readings.cpu, networkBitsPerSecond: readings.networkBitsPerSecond, notes };
}

function listedControllers({ graphics, systemTool }: MachineReadings): {
  readonly controllers: readonly Controller[];
  readonly source: string;
} {
  if (graphics.controllers.length > 0 || systemTool === undefined) {
    return { controllers: graphics.controllers, source: "systeminformation" };
  }
  return { controllers: parserOf[systemTool.tool](systemTool.text), source: systemTool.tool };
}

function noGpuNote(nvidiaNotes: readonly string[], leftOutCount: number): string {
  const driver = nvidiaNotes[0] ?? "nvidia-smi names none";
  const listed =
    leftOutCount === 0 ? "the system lists no graphics controller" : "the system lists none that can train";
  return `No GPU was found (${driver.replace(/\.$/, "")}; ${listed}): training runs on the processor. If there is one, name it with --gpu.`;
}

/** nvidia-smi is not missed on a machine without a card of NVIDIA. */
function missingDriverNotes(nvidia: DetectedGpus, controllers: readonly Controller[]): readonly string[] {
  if (nvidia.gpus.length > 0) return nvidia.notes;
  return controllers.some(isNvidia)
    ? nvidia.notes.map((sentence) => `A GPU of NVIDIA is there, but its driver does not answer: ${sentence}`)
    : [];
}
