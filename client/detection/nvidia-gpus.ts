// The NVIDIA GPUs that a program may use, from nvidia-smi's answers: whole ones, and of one that is cut (MIG) the first part.

import { type DetectedGpu, type DetectedGpus, namedGpu } from "./detected-gpu.ts";
import { parseNvidiaSmiCsv } from "./nvidia-smi-csv.ts";
import { complaintOf, type NvidiaGpu } from "./nvidia-smi-fields.ts";
import { type ListedGpu, parseNvidiaSmiList } from "./nvidia-smi-list.ts";
import { parseNvidiaSmiReport } from "./nvidia-smi-report.ts";

/** What nvidia-smi printed; nothing of it where it is not installed. */
export interface NvidiaSmiReading {
  /** `--query-gpu=... --format=csv` */
  readonly csv?: string | undefined;
  /** The fields of `csv` if they are others than the agent asks for. */
  readonly columns?: readonly string[] | undefined;
  /** `-q` */
  readonly report?: string | undefined;
  /** `-L` */
  readonly list?: string | undefined;
  /** Why it could not be asked. */
  readonly failure?: string | undefined;
}

export function nvidiaGpus(reading: NvidiaSmiReading): DetectedGpus {
  const { csv = "", report = "", list = "" } = reading;
  const fromCsv = parseNvidiaSmiCsv(csv, reading.columns);
  const detailed = fromCsv.length > 0 ? fromCsv : parseNvidiaSmiReport(report);
  const listed = parseNvidiaSmiList(list);
  const found = detailed.length > 0 ? detailed : listed.map(listedGpu);
  if (found.length > 0) return partsOf(found, listed);
  const complaint = reading.failure ?? complaintOf(`${csv}\n${report}\n${list}`);
  return { gpus: [], notes: complaint === undefined ? [] : [`nvidia-smi: ${complaint}`] };
}

function listedGpu({ name, parts }: ListedGpu): NvidiaGpu {
  return { ...namedGpu(name, "nvidia-smi"), source: "nvidia-smi", isPartitioned: parts.length > 0 };
}

function partsOf(gpus: readonly NvidiaGpu[], listed: readonly ListedGpu[]): DetectedGpus {
  const notes: string[] = [];
  const usable = gpus.map(({ isPartitioned, ...gpu }, index): DetectedGpu => {
    const first = listed[index]?.parts[0];
    if (!isPartitioned && first === undefined) return gpu;
    const part = first ?? "of unknown size";
    notes.push(
      `GPU ${index}, "${gpu.name}", is cut into parts (MIG), and a program gets one (${part}): no row of the catalogue has its ` +
        "figures. State them with --fp32-tflops and --memory-gbs.",
    );
    return namedGpu(`${gpu.name} MIG ${first ?? ""}`.trim(), "nvidia-smi");
  });
  return { gpus: usable, notes };
}
