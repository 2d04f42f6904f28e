// A calibration: how long training steps took on one device, measured once, before any run. A static file, parsed here at the door;
// nothing that happens in a round ever changes it.

import { z } from "zod";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import type { ModelCost } from "../../../workloads/workload.ts";
import { processorTotals } from "../processor/processor-features.ts";
import { cellBenchmarkSchema } from "./cell-benchmark.ts";

export const CALIBRATION_FORMAT = "probselect-calibration";
export const CALIBRATION_VERSION = 1;

/** No training step of a network that a client trains is shorter or longer; such a time is a wrong unit. */
const SHORTEST_STEP_SECONDS = 1e-6;
const LONGEST_STEP_SECONDS = 3600;

const text = z.string().min(1).max(200);
const count = z.number().min(0).max(1e18);

const processorTotalsSchema = z.strictObject({
  denseMultiplyAdds: count,
  convolutionMultiplyAdds: count,
  stridedMultiplyAdds: count,
  windowElements: count,
  outputElements: count,
  activationElements: count,
  poolingElements: count,
  pooledElements: count,
  normalisationElements: count,
  depthwiseMultiplyAdds: count,
  parameterCount: count,
  operatorCount: count,
});

const cellCostSchema = z.strictObject({
  parameterCount: count,
  denseMultiplyAdds: count,
  groupedMultiplyAdds: count,
  depthwiseMultiplyAdds: count,
  heavyElements: count,
  elementwiseElements: count,
  heavyOperatorCount: count,
  otherOperatorCount: count,
  inputElements: count,
  /** Null for a network whose layers were not known. */
  processor: processorTotalsSchema.nullable(),
});

const cellSchema = z.strictObject({
  network: text,
  cost: cellCostSchema,
  batchSize: z.int().min(1).max(1_000_000),
  precision: z.enum(["fp32", "tf32", "fp16", "bf16"]),
  /** Median over all timed steps. */
  secondsPerStep: z.number().min(SHORTEST_STEP_SECONDS).max(LONGEST_STEP_SECONDS),
  /** Robust sd of the mean step of a repeat, as a share of the median. */
  relativeSpread: z.number().min(0).max(10),
  steps: z.int().min(1),
  repeats: z.int().min(1),
  /** Of `probselect bench-device` only; no forecast reads it. */
  benchmark: cellBenchmarkSchema.optional(),
});

const figure = z.number().positive().max(1e18).optional();

/** As in a `DeviceReport`. */
const figuresSchema = z.strictObject({
  memoryBytes: figure,
  fp32PeakFlopPerSecond: figure,
  memoryBandwidthBytesPerSecond: figure,
  maximumClockHertz: figure,
  powerLimitWatts: figure,
});

const calibrationSchema = z.strictObject({
  format: z.literal(CALIBRATION_FORMAT),
  version: z.literal(CALIBRATION_VERSION),
  device: z.strictObject({
    /** As an agent on the machine reports it. */
    reportedName: text,
    /** The catalogue's row; null for a processor and for a GPU that the catalogue lacks. */
    catalogueName: text.nullable(),
    kind: z.enum(["gpu", "cpu"]),
    /** What the report said beside the name: how the device was set. Absent in files of before they were kept. */
    figures: figuresSchema.optional(),
  }),
  /** The back-end's name, as an agent registers with it. */
  backend: text,
  precision: z.enum(["fp32", "tf32", "fp16", "bf16"]),
  measuredAt: z.iso.datetime(),
  software: z.strictObject({ probselect: text, node: text, tfjs: text, platform: text }),
  cells: z.array(cellSchema).min(1, "has no cells: nothing was measured").max(10_000),
});

export type Calibration = z.infer<typeof calibrationSchema>;
export type CalibrationCell = Calibration["cells"][number];
/** The totals of a network's cost that its step time depends on. */
export type CellCost = CalibrationCell["cost"];

/** What a cell keeps of a network's cost. */
export function cellCost(model: ModelCost): CellCost {
  return {
    parameterCount: model.parameterCount,
    denseMultiplyAdds: model.denseMultiplyAdds,
    groupedMultiplyAdds: model.groupedMultiplyAdds,
    depthwiseMultiplyAdds: model.depthwiseMultiplyAdds,
    heavyElements: model.heavyElements,
    elementwiseElements: model.elementwiseElements,
    heavyOperatorCount: model.heavyOperatorCount,
    otherOperatorCount: model.otherOperatorCount,
    inputElements: model.inputElements,
    processor: processorTotals(model),
  };
}

/**
 * Parses a calibration file.
 *
 * @param source how errors name it, for example the file's path.
 * @throws {ProbSelectError} selection.malformed-calibration: not JSON, another format or version, a time that no step takes, a cell
 * twice, or no cells.
 */
export function parseCalibration(content: string, source: string): Calibration {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw malformed(source, `is not whole JSON (${messageOf(cause)}); it may have been cut off`, cause);
  }
  requireFormat(value, source);
  const parsed = calibrationSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") ?? "";
    throw malformed(source, `${path}: ${issue?.message}${foundAt(value, issue?.path ?? [])}`, parsed.error);
  }
  requireDistinctCells(parsed.data, source);
  return parsed.data;
}

/** Said first: with another format or version, every further complaint would be beside the point. */
function requireFormat(value: unknown, source: string): void {
  const head = z.looseObject({ format: z.unknown().optional(), version: z.unknown().optional() }).safeParse(value);
  if (!head.success || head.data.format !== CALIBRATION_FORMAT) {
    throw malformed(source, `is no calibration: "format" must be "${CALIBRATION_FORMAT}"`);
  }
  if (head.data.version !== CALIBRATION_VERSION) {
    const found = JSON.stringify(head.data.version) ?? "missing";
    throw malformed(source, `has version ${found}, but this ProbSelect reads version ${CALIBRATION_VERSION}`);
  }
}

function requireDistinctCells({ cells }: Calibration, source: string): void {
  const seen = new Set<string>();
  for (const { network, batchSize, precision } of cells) {
    const name = `${network}, batch ${batchSize}, ${precision}`;
    if (seen.has(name)) throw malformed(source, `holds the cell "${name}" twice`);
    seen.add(name);
  }
}

/** The offending value, if it is a plain one. */
function foundAt(value: unknown, path: readonly PropertyKey[]): string {
  let found: unknown = value;
  for (const key of path)
    found = z.record(z.string(), z.unknown()).or(z.array(z.unknown())).safeParse(found).success
      ? Reflect.get(Object(found), key)
      : undefined;
  return typeof found === "number" || typeof found === "string" ? ` (it is ${JSON.stringify(found)})` : "";
}

function malformed(source: string, problem: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "selection.malformed-calibration",
    `${source}: ${problem}. Measure the device again with "probselect calibrate --out FILE".`,
    { cause },
  );
}
