// What an agent reports of this machine: the device that its back-end computes on, and what else it could train with.

import type { DetectedHardware } from "../../client/detection/detected-gpu.ts";
import type { BackendReport } from "../../models/tensorflow/backend.ts";
import type { Register } from "../../protocol/messages.ts";
import type { DeviceReport } from "../../selection/types.ts";
import type { BackendWishes } from "../backend-option.ts";
import { gpuNameWarnings } from "../gpu-name-warnings.ts";

export interface ThisDevice {
  readonly report: DeviceReport;
  /** Why this device and where its numbers come from. */
  readonly why: string;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly others: NonNullable<Register["otherBackends"]>;
}

interface Named {
  readonly device?: string | undefined;
  readonly gpuIndex?: number | undefined;
}

interface Using {
  /** Of the GPU, given by hand. */
  readonly figures: Omit<DeviceReport, "kind" | "name">;
  /** What trains. */
  readonly backend: BackendReport;
  readonly others: BackendWishes["others"];
}

/** @throws {ProbSelectError} client.invalid-data if there is no GPU of that index. */
export async function describeThisDevice(given: Named, using: Using): Promise<ThisDevice> {
  const { backend, figures } = using;
  const { detectHardware } = await import("../../client/detection/detect-hardware.ts");
  const { describeDevice } = await import("../../client/detection/describe-device.ts");
  const hardware = await detectHardware();
  const described = describeDevice({ hardware, backend, named: given.device, gpuIndex: given.gpuIndex });
  const isStated = Object.keys(figures).length > 0;
  const { others, warnings } = await describeOthers(given, using, hardware);
  return {
    report: { ...described.report, ...figures },
    why: isStated ? `${described.why}, with figures given by hand` : described.why,
    warnings: [
      ...described.warnings,
      ...warnings,
      // Whoever states the figures of a GPU that the catalogue lacks knows that it does.
      ...(isStated ? [] : gpuNameWarnings(given.device)),
    ],
    notes: given.device === undefined ? hardware.notes : [],
    others,
  };
}

/** A processor that goes by the name of a GPU, as `--gpu` asked, has nothing to be compared with. */
async function describeOthers(
  given: Named,
  { backend, figures, others: wanted }: Using,
  hardware: DetectedHardware,
): Promise<{ readonly others: ThisDevice["others"]; readonly warnings: readonly string[] }> {
  if (wanted === "none" || (given.device !== undefined && !backend.usesGpu)) return { others: [], warnings: [] };
  const { otherBackends } = await import("../../client/backends/other-backends.ts");
  const { describeDevice } = await import("../../client/detection/describe-device.ts");
  const found = await otherBackends(backend.name, wanted);
  const others = found
    .filter(({ usable }) => usable)
    .map((other) => {
      const named = other.usesGpu ? given.device : undefined;
      const { report } = describeDevice({ hardware, backend: other, named, gpuIndex: given.gpuIndex });
      return { backend: other.name, device: other.usesGpu ? { ...report, ...figures } : report };
    });
  const unusable = found.filter(({ usable }) => !usable);
  return { others, warnings: unusable.map(({ name, reason }) => `the back-end ${name} is not offered: ${reason}`) };
}
