// What an agent reports of this machine: the device that its back-end computes on, and what else it could train with.

import type { DetectedHardware } from "../../client/detection/detected-gpu.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
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
  /** Of the device that trains first, given by hand. */
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

/** What else is offered, and why something that was asked for is not. */
async function describeOthers(
  given: Named,
  { backend, figures, others: wanted }: Using,
  hardware: DetectedHardware,
): Promise<{ readonly others: ThisDevice["others"]; readonly warnings: readonly string[] }> {
  if (wanted === "none") return { others: [], warnings: [] };
  if (given.device !== undefined && !backend.usesGpu) {
    const dropped = `Only "${backend.name}" is offered to the aggregator: a processor that is reported as "${given.device}" compares with nothing.`;
    return { others: [], warnings: wanted === "usable" ? [] : [dropped] };
  }
  const { otherBackends } = await import("../../client/backends/other-backends.ts");
  const { describeDevice } = await import("../../client/detection/describe-device.ts");
  const found = await otherBackends(backend.name, wanted);
  const others: { backend: string; device: DeviceReport }[] = [];
  const warnings: string[] = [];
  for (const other of found) {
    const notOffered = (why: string) => warnings.push(`the back-end ${other.name} is not offered: ${why}`);
    if (!other.usable) {
      notOffered(other.reason);
      continue;
    }
    try {
      const named = other.usesGpu ? given.device : undefined;
      const { report } = describeDevice({ hardware, backend: other, named, gpuIndex: given.gpuIndex });
      // Figures given by hand are of the kind of device that the agent begins with.
      others.push({
        backend: other.name,
        device: other.usesGpu === backend.usesGpu ? { ...report, ...figures } : report,
      });
    } catch (thrown) {
      if (!(thrown instanceof ProbSelectError)) throw thrown;
      notOffered(thrown.message);
    }
  }
  return { others, warnings };
}
