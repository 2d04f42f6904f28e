// The benchmark: every workload on every back-end, each pair in a fresh process. A pair that fails or would take too long costs only
// its own cell; an interruption, only what was not yet measured.

import { cpus, loadavg, totalmem } from "node:os";
import type { CellPlan } from "../../client/calibration/measure-cells.ts";
import { detectHardware } from "../../client/detection/detect-hardware.ts";
import type { DetectedHardware } from "../../client/detection/detected-gpu.ts";
import { wallClock } from "../../foundation/clock.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { BackendName } from "../../models/tensorflow/backend.ts";
import type { Calibration } from "../../selection/latency/calibrated/calibration.ts";
import { packageVersion } from "../../server/package-version.ts";
import { flopPerStep } from "../../workloads/round-workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { gpuNameWarnings } from "../gpu-name-warnings.ts";
import { BackendUnderTest } from "./backend-under-test.ts";
import { BENCH_FORMAT, BENCH_VERSION, type BenchResult } from "./bench-result.ts";
import { benchWarnings } from "./bench-warnings.ts";
import { TimeLeft } from "./time-left.ts";
import type { TimingEffort } from "./time-workload.ts";

export interface BenchOptions {
  readonly backends: readonly BackendName[];
  readonly workloads: readonly CellPlan[];
  readonly effort: TimingEffort;
  /** A GPU's name given by hand, as `probselect client --gpu`. */
  readonly device: string | undefined;
  readonly gpuIndex: number | undefined;
  /** @param fraction of the time, 0..1 @param secondsLeft; both are null while nobody knows. */
  readonly onProgress: (fraction: number | null, secondsLeft: number | null, what: string) => void;
  /** A sentence about what is going on. */
  readonly onNote: (sentence: string) => void;
}

export interface Bench {
  readonly result: BenchResult;
  /** By the names of their files. */
  readonly calibrations: ReadonlyMap<string, Calibration>;
}

/**
 * Measures this machine. Aborting `signal` ends it within a step and keeps what was measured.
 *
 * @throws {ProbSelectError} models.no-usable-backend if none of the back-ends can be used.
 */
export async function runBench(options: BenchOptions, signal: AbortSignal): Promise<Bench> {
  const measuredAt = new Date().toISOString();
  const loadAverage = loadavg()[0] ?? 0;
  const hardware = await detectHardware();
  const tested = options.backends.map((name) => new BackendUnderTest(name, hardware, options));
  await measureAll(tested, options, signal);
  requireUsable(tested, signal);
  const backends = tested.map((backend) => backend.result());
  const machine = describeMachine(hardware, loadAverage);
  const calibrations = new Map(tested.flatMap((backend) => backend.calibrations()));
  const quality = benchWarnings(calibrations, machine);
  return {
    calibrations,
    result: {
      ...{ format: BENCH_FORMAT, version: BENCH_VERSION, measuredAt, isInterrupted: signal.aborted, machine },
      settings: options.effort,
      medianRelativeSpread: quality.medianRelativeSpread,
      warnings: [
        ...new Set([
          ...quality.warnings,
          ...tested.flatMap(({ warnings }) => warnings),
          ...gpuNameWarnings(options.device),
        ]),
      ],
      backends,
    },
  };
}

/** The back-ends of a workload one after another, so that what is compared was measured at about the same time. */
async function measureAll(
  tested: readonly BackendUnderTest[],
  { workloads, effort, onProgress, onNote }: BenchOptions,
  signal: AbortSignal,
): Promise<void> {
  const pairs = workloads.flatMap((plan) => tested.map((backend) => ({ plan, backend })));
  const timeLeft = new TimeLeft(
    pairs.map(({ plan, backend }) => ({ backend: backend.name, flopPerStep: flopOf(plan) })),
    effort,
  );
  for (const [index, { plan, backend }] of pairs.entries()) {
    if (signal.aborted) return;
    if (!backend.isUsable) continue;
    const what = `${plan.architecture.name}, batch ${plan.batchSize}, ${backend.name}`;
    const began = wallClock.nowSeconds();
    const show = (fractionOfPair: number) => {
      const { fraction, secondsLeft } = timeLeft.at(index, wallClock.nowSeconds() - began, fractionOfPair);
      onProgress(fraction, secondsLeft, `${what} (cell ${index + 1} of ${pairs.length})`);
    };
    show(0);
    const problem = await backend.measure(plan, show, signal);
    const { lastSecondsPerStep: secondsPerStep } = backend;
    timeLeft.ended(index, { wallSeconds: wallClock.nowSeconds() - began, secondsPerStep });
    if (!backend.isUsable) timeLeft.dropped(backend.name);
    if (problem !== null && !signal.aborted) {
      onNote(backend.isUsable ? `${what}: ${problem}` : `${backend.name} cannot be used: ${problem}`);
    }
  }
}

function flopOf({ architecture, batchSize }: CellPlan): number {
  const training = { epochs: 1, batchSize, learningRate: 0.01, momentum: 0 };
  return flopPerStep(workloadFor({ architecture, training }));
}

function requireUsable(tested: readonly BackendUnderTest[], signal: AbortSignal): void {
  if (signal.aborted || tested.some(({ isUsable }) => isUsable)) return;
  const reasons = tested.map((backend) => `${backend.name}: ${backend.result().reason}`).join("; ");
  throw new ProbSelectError(
    "models.no-usable-backend",
    `None of the back-ends can be used: ${reasons}. Use --backend wasm, which always works.`,
  );
}

function describeMachine({ cpu, gpus }: DetectedHardware, loadAverage: number): BenchResult["machine"] {
  return {
    processor: cpu.name,
    coreCount: cpus().length,
    memoryBytes: totalmem(),
    gpus: gpus.map(({ name }) => name),
    platform: `${process.platform} ${process.arch}`,
    loadAverage,
    software: { probselect: packageVersion(), node: process.version },
  };
}
