// One back-end through the whole benchmark: what it is, the device that it trains on, its cells, and whether it can be used at all.

import type { CellPlan } from "../../client/calibration/measure-cells.ts";
import type { TimingReady } from "../../client/calibration/timing-protocol.ts";
import { type DescribedDevice, describeDevice } from "../../client/detection/describe-device.ts";
import type { DetectedHardware } from "../../client/detection/detected-gpu.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import type { BackendName } from "../../models/tensorflow/backend.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import type { Calibration } from "../../selection/latency/calibrated/calibration.ts";
import type { CellBenchmark } from "../../selection/latency/calibrated/cell-benchmark.ts";
import type { ResolvedDevice } from "../../selection/types.ts";
import { type CellToKeep, calibrationOf } from "../calibrate/calibration-of.ts";
import type { BenchBackend, BenchCell } from "./bench-result.ts";
import { benchmarkOf, peakOf } from "./benchmark-of.ts";
import { type TimingEffort, timeWorkload } from "./time-workload.ts";

export interface TestOptions {
  readonly effort: TimingEffort;
  readonly device: string | undefined;
  readonly gpuIndex: number | undefined;
}

interface Identity extends DescribedDevice {
  readonly ready: TimingReady;
  readonly device: ResolvedDevice;
}

interface BenchmarkedCell extends CellToKeep {
  readonly benchmark: CellBenchmark;
}

export class BackendUnderTest {
  readonly name: BackendName;
  readonly #hardware: DetectedHardware;
  readonly #options: TestOptions;
  readonly #measured: BenchmarkedCell[] = [];
  readonly #cells: BenchCell[] = [];
  #identity: Identity | undefined;
  #whyUnusable: string | undefined;
  #lastSecondsPerStep: number | null = null;

  constructor(name: BackendName, hardware: DetectedHardware, options: TestOptions) {
    this.name = name;
    this.#hardware = hardware;
    this.#options = options;
  }

  /** Until the contrary is known. */
  get isUsable(): boolean {
    return this.#whyUnusable === undefined;
  }

  /** Of the last workload, even if it was skipped for being too slow; null where nobody knows. */
  get lastSecondsPerStep(): number | null {
    return this.#lastSecondsPerStep;
  }

  /** What the operator should know of the device. */
  get warnings(): readonly string[] {
    return this.#identity?.warnings ?? [];
  }

  /** Measures a workload, in a process of its own. @returns why there is no time of it, else null. */
  async measure(plan: CellPlan, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<string | null> {
    if (!this.isUsable) return null;
    const { effort } = this.#options;
    this.#lastSecondsPerStep = null;
    try {
      const outcome = await timeWorkload({ backend: this.name, plan }, effort, onProgress, signal);
      const { device } = this.#identify(outcome.ready);
      if (outcome.kind === "skipped") {
        this.#lastSecondsPerStep = outcome.secondsPerStep;
        return this.#miss(plan, "skipped", outcome.reason);
      }
      const { cell } = outcome.timing;
      this.#lastSecondsPerStep = cell.secondsPerStep;
      this.#keep({ ...cell, benchmark: benchmarkOf(outcome.timing, device, this.name) });
      return null;
    } catch (thrown) {
      if (signal.aborted) return null;
      if (!isOfBackend(thrown)) return this.#miss(plan, "failed", firstLine(thrown));
      this.#whyUnusable = withoutAdvice(firstLine(thrown));
      return this.#whyUnusable;
    }
  }

  result(): BenchBackend {
    const { device, report, why, ready } = this.#identity ?? {};
    const isListed = device?.kind === "known" && device.tier.startsWith("catalogue");
    return {
      name: this.name,
      isUsable: this.isUsable,
      reason: this.#whyUnusable ?? ready?.backend.reason ?? "not tried",
      device:
        device && report && why !== undefined
          ? {
              reportedName: report.name,
              catalogueName: isListed ? device.device.name : null,
              peakFlopPerSecond: peakOf(device),
              why,
            }
          : null,
      calibrationFile: this.#measured.length > 0 ? this.#calibrationFile : null,
      cells: this.#cells,
    };
  }

  /** Its calibration with the name of its file, if anything was measured. */
  calibrations(): readonly (readonly [file: string, Calibration])[] {
    const identity = this.#identity;
    if (identity === undefined || this.#measured.length === 0) return [];
    return [[this.#calibrationFile, calibrationOf(this.#measured, identity.ready, identity)]];
  }

  get #calibrationFile(): string {
    return `calibration-${this.name}.json`;
  }

  #identify(ready: TimingReady): Identity {
    if (this.#identity) return this.#identity;
    const { device: named, gpuIndex } = this.#options;
    const { backend } = ready;
    const described = describeDevice({ hardware: this.#hardware, backend, named, gpuIndex });
    this.#identity = { ...described, ready, device: resolveDevice(described.report) };
    return this.#identity;
  }

  #keep(cell: BenchmarkedCell): void {
    const { architecture, batchSize, secondsPerStep, relativeSpread, steps, repeats, benchmark } = cell;
    this.#measured.push(cell);
    this.#cells.push({
      ...{ network: architecture.name, batchSize, outcome: "measured" },
      ...{ secondsPerStep, relativeSpread, steps, repeats, benchmark },
    });
  }

  #miss({ architecture, batchSize }: CellPlan, outcome: "skipped" | "failed", reason: string): string {
    this.#cells.push({ network: architecture.name, batchSize, outcome, reason });
    return `${outcome}: ${reason}`;
  }
}

/** That there is no such back-end here, or no GPU for it, is true of every workload. */
function isOfBackend(thrown: unknown): boolean {
  return (
    thrown instanceof ProbSelectError &&
    (thrown.code === "models.no-usable-backend" || thrown.code === "client.invalid-data")
  );
}

function firstLine(thrown: unknown): string {
  return messageOf(thrown).split("\n")[0] ?? "";
}

/** What selectBackend's message says of the one back-end that it was asked for. */
function withoutAdvice(message: string): string {
  return /cannot be used: [\w-]+: (.*?)\. Use --backend wasm/.exec(message)?.[1] ?? message;
}
