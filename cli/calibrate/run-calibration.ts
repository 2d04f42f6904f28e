// A calibration from the machine to the file: back-end, device, probes, and the check against networks that were not probes.

import {
  type CellPlan,
  type MeasuredCell,
  type MeasurementProgress,
  measureCells,
} from "../../client/calibration/measure-cells.ts";
import { isProbed, probeNetworks } from "../../client/calibration/probe-networks.ts";
import { TimingThread } from "../../client/calibration/timing-thread.ts";
import { describeDevice } from "../../client/detection/describe-device.ts";
import { detectHardware } from "../../client/detection/detect-hardware.ts";
import { wallClock } from "../../foundation/clock.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { Architecture } from "../../models/architecture.ts";
import type { BackendName } from "../../models/tensorflow/backend.ts";
import { cnnSmall, lenet5, logisticRegression, mlp } from "../../models/zoo.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import {
  CALIBRATION_FORMAT,
  CALIBRATION_VERSION,
  type Calibration,
  cellCost,
  parseCalibration,
} from "../../selection/latency/calibrated/calibration.ts";
import type { DeviceReport, ResolvedDevice } from "../../selection/types.ts";
import { packageVersion } from "../../server/package-version.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import { gpuNameWarnings } from "../gpu-name-warnings.ts";
import { type Verification, verifyCalibration } from "./verify-calibration.ts";

/** Small enough to be timed on any machine. */
const calibratedNetworks = [mlp, lenet5, cnnSmall, logisticRegression];
/** Batch sizes at which the zoo's networks are checked. */
const VERIFIED_BATCH_SIZES = [16, 32];
/** TensorFlow.js trains in fp32 (TF32 where a GPU runs it by default). */
const PRECISION = "fp32";

export interface CalibrationOptions {
  readonly backend: "auto" | BackendName;
  readonly batchSizes: readonly number[];
  readonly turns: number;
  readonly maximumSeconds: number;
  readonly includeZoo: boolean;
  readonly verify: boolean;
  /** A GPU's name given by hand, as `probselect client --gpu`. */
  readonly device: string | undefined;
  readonly gpuIndex: number | undefined;
  readonly onStart: (what: {
    readonly device: string;
    readonly backend: string;
    readonly warnings: readonly string[];
  }) => void;
  readonly onProgress: (progress: MeasurementProgress) => void;
}

export interface CalibrationResult {
  readonly calibration: Calibration;
  readonly device: ResolvedDevice;
  readonly verification: Verification | null;
}

/**
 * Measures this machine. Aborting `signal` ends it within a step.
 *
 * @throws {ProbSelectError} models.no-usable-backend; client.interrupted; client.worker-crashed
 */
export async function runCalibration(options: CalibrationOptions, signal: AbortSignal): Promise<CalibrationResult> {
  const thread = await TimingThread.start(options.backend);
  const stop = () => void thread.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await measureWith(thread, options);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new ProbSelectError("client.interrupted", "The calibration was interrupted; no file was written.", {
      cause: thrown,
    });
  } finally {
    signal.removeEventListener("abort", stop);
    await thread.close();
  }
}

async function measureWith(thread: TimingThread, options: CalibrationOptions): Promise<CalibrationResult> {
  const { batchSizes, turns, maximumSeconds, includeZoo, verify, onProgress } = options;
  const { backend } = thread.ready;
  const hardware = await detectHardware();
  const { report, warnings } = describeDevice({ hardware, backend, named: options.device, gpuIndex: options.gpuIndex });
  const device = resolveDevice(report);
  options.onStart({
    device: report.name,
    backend: backend.name,
    warnings: [...warnings, ...gpuNameWarnings(options.device)],
  });
  const networks = calibratedNetworks;
  const measure = (cells: readonly CellPlan[]) =>
    measureCells({ thread, cells, turns, maximumSeconds, clock: wallClock, onProgress });
  const probes = cellsOf(includeZoo ? [...probeNetworks, ...networks] : probeNetworks, batchSizes);
  const unseen = networks.filter((network) => !isProbed(network));
  const checked = includeZoo ? cellsOf(networks, batchSizes) : cellsOf(unseen, VERIFIED_BATCH_SIZES);
  // What is predicted takes turns with the probes, so that a busy spell of the machine is no error of the model; what was itself
  // measured is measured again, afterwards.
  const first = await measure(verify && !includeZoo ? [...probes, ...checked] : probes);
  const calibration = calibrationOf(first.slice(0, probes.length), thread, device, report);
  if (!verify) return { calibration, device, verification: null };
  const truth = includeZoo ? await measure(checked) : first.slice(probes.length);
  return { calibration, device, verification: verifyCalibration(calibration, device, truth) };
}

function cellsOf(networks: readonly Architecture[], batchSizes: readonly number[]): readonly CellPlan[] {
  return networks.flatMap((architecture) => batchSizes.map((batchSize) => ({ architecture, batchSize })));
}

function calibrationOf(
  cells: readonly MeasuredCell[],
  { ready }: TimingThread,
  device: ResolvedDevice,
  { kind, name: reportedName, ...figures }: DeviceReport,
): Calibration {
  const isListed = device.kind === "known" && device.tier.startsWith("catalogue");
  const content: Calibration = {
    format: CALIBRATION_FORMAT,
    version: CALIBRATION_VERSION,
    device: { reportedName, catalogueName: isListed ? device.device.name : null, kind, figures },
    backend: ready.backend.name,
    precision: PRECISION,
    measuredAt: new Date().toISOString(),
    software: {
      probselect: packageVersion(),
      node: process.version,
      tfjs: ready.tensorflowVersion,
      platform: `${process.platform} ${process.arch}`,
    },
    cells: cells.map(({ architecture, batchSize, secondsPerStep, relativeSpread, steps, repeats }) => ({
      network: architecture.name,
      cost: cellCost(modelCost(architecture)),
      batchSize,
      precision: PRECISION,
      secondsPerStep,
      relativeSpread,
      steps,
      repeats,
    })),
  };
  // Through the door that the file will go through.
  return parseCalibration(JSON.stringify(content), "The calibration");
}
