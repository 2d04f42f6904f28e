// Truth of level L1: how long clients take by the emulator's layer-wise model (docs/emulation.md), which the forecaster does not
// share. The same laws as in client/emulation/, over a fleet's columns, by hashed draws.

import {
  DEVICE_DEGREES_OF_FREEDOM,
  DEVICE_LOG_SCALE,
  ROUND_LOG_SIGMA,
} from "../../../client/emulation/emulated-spread.ts";
import { emulatedStepSeconds } from "../../../client/emulation/step-time.ts";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { studentTOf } from "../../../foundation/variates-of-uniforms.ts";
import type { FleetDevice } from "../../../selection/latency/forecast-columns.ts";
import { numberColumn } from "../../../selection/policy/number-column.ts";
import type { Workload } from "../../../workloads/workload.ts";
import { uniformDraw } from "../population/client-draws.ts";
import type { MeasuredLines } from "../population/client-links.ts";
import type { Fleet, FleetTruth } from "../types.ts";
import { type Luck, luckOf } from "./luck.ts";
import { modelledTransfers, transferSources } from "./modelled-transfers.ts";

/** Without any disturbance; see disturbed-truth.ts. @throws {ProbSelectError} experiments.invalid-scenario for a device without specs. */
export function layerWiseTruth({
  fleet,
  workload,
  seed,
  lines,
}: {
  readonly fleet: Fleet;
  readonly workload: Workload;
  readonly seed: number;
  readonly lines: MeasuredLines;
}): FleetTruth {
  const luck: Luck = luckOf(seed);
  const stepSeconds = fleet.devices.map((device) => stepSecondsOf(device, workload));
  const deviceFactors = drawDeviceFactors(fleet.keys, seed);
  const transfersOf = modelledTransfers({ fleet, bytes: workload, luck, lines });
  const { deviceIndices } = fleet.columns;
  return {
    level: "L1",
    sources: [
      "Computers: a layer-wise model of each training step that the forecaster does not share, with the spread that such a " +
        "model showed on unseen GPUs and 2 % between rounds (docs/emulation.md).",
      ...transferSources(fleet.linkNames),
    ],
    durationOf: (client, round, { exampleCount, epochs }, slowed = unchanged) => {
      const steps = epochs * Math.ceil(exampleCount / workload.batchSize);
      const batchSize = Math.min(workload.batchSize, exampleCount);
      const ofDevice = stepSeconds[deviceIndices[client] as number] as (batchSize: number) => number;
      const noise = Math.exp(ROUND_LOG_SIGMA * luck.normal("round", round, fleet.keys[client] as number));
      const computeSeconds =
        steps === 0 ? 0 : slowed(steps * ofDevice(batchSize) * (deviceFactors[client] as number) * noise);
      const { downloadSeconds, uploadSeconds } = transfersOf(client, round, computeSeconds);
      return { downloadSeconds, computeSeconds, uploadSeconds };
    },
  };
}

const unchanged = (seconds: number) => seconds;

/** Nominal seconds of a step by the batch's size, each computed once. */
function stepSecondsOf({ device }: FleetDevice, { model, precision }: Workload): (batchSize: number) => number {
  if (device.kind === "unknown") {
    throw new ProbSelectError(
      "experiments.invalid-scenario",
      `Nothing is known of "${device.reportedName}", so no time can be simulated. Name a GPU of the catalogue.`,
    );
  }
  const known = new Map<number, number>();
  return (batchSize) => {
    const seconds = known.get(batchSize) ?? emulatedStepSeconds(device.device, model, batchSize, precision);
    known.set(batchSize, seconds);
    return seconds;
  };
}

/** How much slower than its specs each client's device is, the same in every round. Median 1. */
function drawDeviceFactors(keys: Uint32Array, seed: number): Float64Array {
  const first = uniformDraw(seed, "device factor");
  const second = uniformDraw(seed, "device factor, angle");
  return numberColumn(keys, (key) =>
    Math.exp(DEVICE_LOG_SCALE * studentTOf(DEVICE_DEGREES_OF_FREEDOM, first(key), second(key))),
  );
}
