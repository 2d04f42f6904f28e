// The workloads whose training steps were measured on several GPUs, by key. Their figures are the package's own table of published
// measurements, workloads.data.json, written by scripts/measured.ts; what the networks cost is counted from our own definitions.

import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { publishedNetwork } from "../../models/networks/published-networks.ts";
import { parameterFileByteLength, parameterLayout } from "../../models/parameter-file.ts";
import { softwareStacks } from "../../selection/latency/software-stack.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { MeasuredCell, MeasuredWorkload } from "./types.ts";
import table from "./workloads.data.json" with { type: "json" };

const positive = z.number().positive();
const cellSchema = z
  .tuple([z.string(), positive, positive, positive, positive, positive, positive])
  .transform(([gpu, stepSeconds, forecastSeconds, relativeSigma, logSigma, logScale, degreesOfFreedom]) => ({
    ...{ gpu, stepSeconds, forecastSeconds },
    spreads: { relativeSigma, logSigma, logScale, degreesOfFreedom },
  }));
const entrySchema = z.object({
  workload: z.object({
    source: z.string(),
    stack: z.enum(softwareStacks),
    network: z.string(),
    precision: z.enum(["fp32", "fp16"]),
    batchSize: z.int().positive(),
    imageSize: z.int().positive().optional(),
    classCount: z.int().positive().optional(),
  }),
  cells: z.array(cellSchema).min(1),
});
const tableSchema = z.object({
  sources: z.array(z.object({ name: z.string(), repository: z.string(), licence: z.string() })),
  workloads: z.array(entrySchema),
});

type Entry = z.infer<typeof entrySchema>;

/** What a list says of a workload. */
export interface MeasuredWorkloadSummary {
  readonly key: string;
  /** As the catalogue names them, each once. */
  readonly gpus: readonly string[];
  readonly batchSize: number;
  /** Measured steps: more than GPUs where one was measured in several machines. */
  readonly cellCount: number;
  readonly source: string;
  readonly licence: string;
}

/**
 * stack/network/precision/batch size, and the pixels of an image's side where the source measured several sizes.
 *
 * @example workloadKey({ stack: "tensorflow", network: "LeNet5", precision: "fp32", batchSize: 16, imageSize: 64 })
 * // "tensorflow/LeNet5/fp32/16/64px"
 */
export function workloadKey(workload: Omit<Entry["workload"], "source" | "classCount">): string {
  const { stack, network, precision, batchSize, imageSize } = workload;
  const size = imageSize === undefined ? [] : [`${imageSize}px`];
  return [stack, network, precision, batchSize, ...size].join("/");
}

const { sources, workloads } = tableSchema.parse(table);
const sourceOf = new Map(sources.map((source) => [source.name, source]));
const entries: ReadonlyMap<string, Entry> = new Map(workloads.map((entry) => [workloadKey(entry.workload), entry]));

/** Every key, PyTorch's first. */
export const measuredWorkloadKeys: readonly string[] = [...entries.keys()];

/** One entry a workload, in the order of the keys. */
export function measuredWorkloadSummaries(): readonly MeasuredWorkloadSummary[] {
  return [...entries].map(([key, { workload, cells }]) => ({
    key,
    gpus: gpusOf(cells),
    batchSize: workload.batchSize,
    cellCount: cells.length,
    ...originOf(workload.source),
  }));
}

/**
 * The measured workload of that key, with the cost of its network.
 *
 * @throws {ProbSelectError} experiments.unknown-workload naming the nearest keys.
 * @example findMeasuredWorkload("pytorch/resnet18/fp32/12").cells.length // 12
 */
export function findMeasuredWorkload(key: string): MeasuredWorkload {
  const entry = entries.get(key);
  if (entry === undefined) throw unknownWorkload(key);
  const { stack, network, precision, batchSize, imageSize, classCount, source } = entry.workload;
  const architecture = publishedNetwork(network, { imageSize, classCount });
  const { source: repository, licence } = originOf(source);
  return {
    ...{ key, stack, network, precision, batchSize, licence },
    imageSize: imageSize ?? null,
    model: modelCost(architecture),
    parameterFileBytes: parameterFileByteLength(parameterLayout(architecture)),
    cells: entry.cells.map((cell) => ({ ...cell, source: repository })),
  };
}

/** The GPUs that a workload was measured on, each once, as the catalogue names them. */
export function gpusOf(cells: readonly Pick<MeasuredCell, "gpu">[]): readonly string[] {
  return [...new Set(cells.map(({ gpu }) => gpu))];
}

/** A round's work with a measured workload: its own batch size and precision, its parameters down and up. */
export function measuredRoundWorkload(
  { model, precision, batchSize, parameterFileBytes }: MeasuredWorkload,
  { epochs, momentum = 0 }: { readonly epochs: number; readonly momentum?: number },
): Workload {
  const bytes = { downloadBytes: parameterFileBytes, uploadBytes: parameterFileBytes };
  return { model, precision, epochs, batchSize, momentum, ...bytes };
}

function originOf(name: string): { readonly source: string; readonly licence: string } {
  const { repository = name, licence = "unknown" } = sourceOf.get(name) ?? {};
  return { source: repository, licence };
}

function unknownWorkload(key: string): ProbSelectError {
  const nearest = measuredWorkloadKeys
    .map((known) => ({ known, edits: distance(key.toLowerCase(), known.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ known }) => known);
  return new ProbSelectError(
    "experiments.unknown-workload",
    `No measured workload is "${key}". Of ${measuredWorkloadKeys.length} the nearest are ${nearest.join(", ")}.`,
  );
}
