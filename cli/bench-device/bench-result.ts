// What a benchmark of this machine found: the content of bench-device.json.

import { z } from "zod";
import { cellBenchmarkSchema } from "../../selection/latency/calibrated/cell-benchmark.ts";

export const BENCH_FORMAT = "probselect-bench-device";
export const BENCH_VERSION = 1;

const workload = { network: z.string(), batchSize: z.int().min(1) };

const measuredCellSchema = z.strictObject({
  ...workload,
  outcome: z.literal("measured"),
  /** As in the calibration: the median, its spread over the bursts, and how much was timed. */
  secondsPerStep: z.number(),
  relativeSpread: z.number(),
  steps: z.int(),
  repeats: z.int(),
  benchmark: cellBenchmarkSchema,
});

/** Skipped: it would take too long. Failed: it ended in an error, which costs no other cell. */
const missingCellSchema = z.strictObject({
  ...workload,
  outcome: z.enum(["skipped", "failed"]),
  reason: z.string(),
});

const backendSchema = z.strictObject({
  name: z.string(),
  isUsable: z.boolean(),
  /** What it is, or why it cannot be used. */
  reason: z.string(),
  /** As an agent here reports it; null where the back-end cannot be used. */
  device: z
    .strictObject({
      reportedName: z.string(),
      catalogueName: z.string().nullable(),
      peakFlopPerSecond: z.number().nullable(),
      /** Where the device's figures come from, its peak among them. */
      why: z.string(),
    })
    .nullable(),
  /** Beside this file; null where nothing was measured. */
  calibrationFile: z.string().nullable(),
  cells: z.array(z.discriminatedUnion("outcome", [measuredCellSchema, missingCellSchema])),
});

export const benchResultSchema = z.strictObject({
  format: z.literal(BENCH_FORMAT),
  version: z.literal(BENCH_VERSION),
  measuredAt: z.iso.datetime(),
  /** Whether somebody ended it before its end: what was measured until then is here. */
  isInterrupted: z.boolean(),
  machine: z.strictObject({
    processor: z.string(),
    coreCount: z.int(),
    memoryBytes: z.number(),
    gpus: z.array(z.string()),
    platform: z.string(),
    /** Of one minute, before the start; 0 where the system does not count it. */
    loadAverage: z.number(),
    software: z.strictObject({ probselect: z.string(), node: z.string() }),
  }),
  settings: z.strictObject({
    turns: z.int(),
    maximumSecondsPerCell: z.number(),
    longestStepSeconds: z.number(),
  }),
  /** Over the measured cells; null without any. */
  medianRelativeSpread: z.number().nullable(),
  warnings: z.array(z.string()),
  backends: z.array(backendSchema),
});

export type BenchResult = z.infer<typeof benchResultSchema>;
export type BenchBackend = BenchResult["backends"][number];
export type BenchCell = BenchBackend["cells"][number];
export type MeasuredBenchCell = z.infer<typeof measuredCellSchema>;

/** A workload with what each back-end made of it: the order of tables and figures. */
export interface WorkloadComparison {
  readonly network: string;
  readonly batchSize: number;
  readonly entries: readonly { readonly backend: string; readonly cell: BenchCell }[];
}

export function byWorkload({ backends }: Pick<BenchResult, "backends">): readonly WorkloadComparison[] {
  const all = backends.flatMap(({ name, cells }) => cells.map((cell) => ({ backend: name, cell })));
  const isSame = (one: BenchCell, other: BenchCell) =>
    one.network === other.network && one.batchSize === other.batchSize;
  const firsts = all.filter(({ cell }, index) => all.findIndex((other) => isSame(other.cell, cell)) === index);
  return firsts.map(({ cell: { network, batchSize } }) => {
    return { network, batchSize, entries: all.filter(({ cell }) => isSame(cell, { ...cell, network, batchSize })) };
  });
}
