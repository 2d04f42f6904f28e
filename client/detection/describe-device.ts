// The report that an agent sends: the device that will really train, which is not always the best one in the machine.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { AdapterInfo } from "../../models/tensorflow/backends/names.ts";
import type { DeviceReport } from "../../selection/types.ts";
import { gpuOfAdapterInfo } from "./adapter-info.ts";
import type { DetectedGpu, DetectedHardware } from "./detected-gpu.ts";

/** WebAssembly SIMD works on 128 bits: four float32 lanes, a multiply and an add each cycle, on one thread. */
const WASM_FLOP_PER_CYCLE = 4 * 2;
/**
 * Assumption: one thread reads about what one channel of DDR4-2400 delivers, 19.2 GB/s. The system does not tell, and the
 * forecast of such a device is in a wide tier.
 */
const ASSUMED_CPU_BANDWIDTH_BYTES_PER_SECOND = 19.2e9;

export interface DescribedDevice {
  readonly report: DeviceReport;
  /** Why this device and where its numbers come from, for the operator. */
  readonly why: string;
  /** What the operator should know before it costs a round, as sentences. */
  readonly warnings: readonly string[];
}

export interface DescribedBackend {
  readonly name: string;
  readonly usesGpu: boolean;
  readonly adapter?: AdapterInfo | undefined;
}

/**
 * Decides what to report.
 *
 * @param backend the chosen one; whether it trains on a GPU, and on which if it says so (WebGPU), which wins over `gpuIndex`.
 * @param named a name given by hand, which wins over detection.
 * @param gpuIndex which of several GPUs trains.
 * @throws {ProbSelectError} client.invalid-data if there is no GPU of that index.
 */
export function describeDevice(options: {
  readonly hardware: DetectedHardware;
  readonly backend: DescribedBackend;
  readonly named?: string | undefined;
  readonly gpuIndex?: number | undefined;
}): DescribedDevice {
  const { hardware, backend, named, gpuIndex = 0 } = options;
  if (named !== undefined) return describeNamed(named, backend);
  if (!backend.usesGpu) return describeProcessor(hardware, backend.name);
  const adapter = backend.adapter && gpuOfAdapterInfo(backend.adapter, hardware.gpus);
  if (adapter?.kind === "gpu") return { report: reportOf(adapter.gpu), why: adapter.why, warnings: [] };
  const gpu = hardware.gpus[gpuIndex];
  if (!gpu) {
    throw new ProbSelectError(
      "client.invalid-data",
      `There is no GPU ${gpuIndex}; found ${hardware.gpus.length}. Choose another with --gpu-index, or name it with --gpu.`,
    );
  }
  const doubt = adapter?.kind === "unnamed" ? [`Whether that is the GPU that trains is not sure: ${adapter.why}.`] : [];
  return { report: reportOf(gpu), why: `GPU ${gpuIndex}, as ${gpu.source} names it`, warnings: doubt };
}

function reportOf(gpu: DetectedGpu): DeviceReport {
  return {
    kind: "gpu",
    name: gpu.name,
    ...(gpu.memoryBytes !== undefined && { memoryBytes: gpu.memoryBytes }),
    ...(gpu.maximumClockHertz !== undefined && { maximumClockHertz: gpu.maximumClockHertz }),
    ...(gpu.powerLimitWatts !== undefined && { powerLimitWatts: gpu.powerLimitWatts }),
  };
}

function describeNamed(named: string, backend: DescribedBackend): DescribedDevice {
  const mismatch =
    `"${named}" is reported, as --gpu asks, but the back-end "${backend.name}" trains on the processor: this client will be ` +
    "forecast as that GPU and be slower. Install a back-end that uses it (probselect doctor), or leave --gpu out.";
  return {
    report: { kind: "gpu", name: named },
    why: "named by hand with --gpu",
    warnings: backend.usesGpu ? [] : [mismatch],
  };
}

function describeProcessor({ cpu, gpus }: DetectedHardware, backendName: string): DescribedDevice {
  const unused = gpus.length > 0 ? ` The GPU "${gpus[0]?.name}" is not used: this back-end cannot.` : "";
  const why = `the back-end "${backendName}" trains on the processor, so the processor is what counts.${unused}`;
  if (cpu.clockHertz === undefined) {
    return {
      report: { kind: "cpu", name: cpu.name },
      why: `${why} Its clock is not known, so neither is its peak.`,
      warnings: [],
    };
  }
  const gigahertz = (cpu.clockHertz / 1e9).toFixed(2);
  return {
    report: {
      kind: "cpu",
      name: cpu.name,
      fp32PeakFlopPerSecond: cpu.clockHertz * WASM_FLOP_PER_CYCLE,
      memoryBandwidthBytesPerSecond: ASSUMED_CPU_BANDWIDTH_BYTES_PER_SECOND,
    },
    why: `${why} Peak: ${gigahertz} GHz x ${WASM_FLOP_PER_CYCLE} FLOP a cycle on one thread; bandwidth assumed 19.2 GB/s.`,
    warnings: [],
  };
}
