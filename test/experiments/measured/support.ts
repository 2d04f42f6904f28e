// Small fleets and forecasts of measured workloads, for the tests.

import { measuredStepModel } from "../../../experiments/measured/measured-step-model.ts";
import { measuredRoundWorkload } from "../../../experiments/measured/measured-workloads.ts";
import type { MeasuredWorkload } from "../../../experiments/measured/types.ts";
import { clientIdOf, type Fleet } from "../../../experiments/simulation/types.ts";
import { hashText } from "../../../foundation/hash.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { StepForecast } from "../../../selection/latency/step-forecast.ts";
import type { ComputeLawKind } from "../../../selection/probability/compute-law.ts";
import type { Workload } from "../../../workloads/workload.ts";

/** What the left-out forecast says of a step on a GPU. */
export function resolveStep(
  measured: MeasuredWorkload,
  kind: ComputeLawKind,
  gpu: string,
  change: Partial<Workload> = {},
): StepForecast {
  const workload = { ...measuredRoundWorkload(measured, { epochs: 1 }), ...change };
  return measuredStepModel(measured, kind)(resolveDevice({ kind: "gpu", name: gpu }), undefined, workload);
}

/** A fleet of one GPU and one link; client i is on line i modulo `lineCount`, or on none. */
export function madeFleet(options: {
  readonly size: number;
  readonly gpu: string;
  readonly link: string;
  readonly lineCount?: number;
}): Fleet {
  const { size, gpu, link, lineCount = 0 } = options;
  const filled = (value: number) => new Float32Array(size).fill(value);
  return {
    size,
    devices: [{ device: resolveDevice({ kind: "gpu", name: gpu }) }],
    columns: {
      deviceIndices: new Uint16Array(size),
      exampleCounts: new Uint32Array(size).fill(120),
      downlinkBitsPerSecond: filled(1e8),
      uplinkBitsPerSecond: filled(1e7),
      roundTripSeconds: filled(0.5),
      transferLogSigmas: filled(0),
    },
    keys: Uint32Array.from({ length: size }, (_, client) => hashText(clientIdOf(client))),
    groupNames: ["all"],
    groups: new Uint8Array(size),
    linkNames: [link],
    links: new Uint8Array(size),
    lines: Int16Array.from({ length: size }, (_, client) => (lineCount === 0 ? -1 : client % lineCount)),
    contact: null,
    sites: null,
  };
}
