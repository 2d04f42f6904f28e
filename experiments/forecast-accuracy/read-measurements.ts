// Reads measured training times from CSV: one row a GPU, network, precision and batch size, with the milliseconds of one
// training step. What cannot be used is counted with its reason, never dropped in silence.

import { parse } from "csv-parse/sync";
import { z } from "zod";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { fittedPrecision } from "../../selection/latency/roofline/coefficients.ts";
import { type SoftwareStack, stackOf } from "../../selection/latency/software-stack.ts";

/** One measured cell. */
export interface Measurement {
  /** The GPU as the column `catalogue_gpu` names it. */
  readonly gpu: string;
  readonly network: string;
  /** A forecast runs fp32 in TF32 where the GPU has it, and bf16 as fp16. */
  readonly precision: "fp32" | "fp16";
  readonly batchSize: number;
  /** Measured seconds of one training step. */
  readonly stepSeconds: number;
  /** The software that trained, from the column `framework`; PyTorch where there is none. */
  readonly stack: SoftwareStack;
  /** The machine, from the column `gpu`, where the file tells it: the same GPU in two machines is two devices. */
  readonly system?: string | undefined;
  /** Pixels a side and classes, where the file tells them; else the network's own. */
  readonly imageSize?: number | undefined;
  readonly classCount?: number | undefined;
}

export interface Measurements {
  readonly rows: readonly Measurement[];
  readonly skipped: readonly SkippedRows[];
}

/** Rows that were not used, by reason. */
export interface SkippedRows {
  readonly reason: string;
  readonly rows: number;
}

const neededColumns = ["catalogue_gpu", "model", "precision", "batch", "ms_per_iter"] as const;

/** No step takes a larger batch, or a shorter or longer time; such a number is in a wrong unit. */
const MOST_EXAMPLES = 1e6;
const LEAST_MILLISECONDS = 1e-3;
const MOST_MILLISECONDS = 86_400_000;

const number = z.string().min(1, "is empty").pipe(z.coerce.number("is no number"));

const optionalCount = z
  .string()
  .optional()
  .transform((text) => (text ? Number(text) : undefined))
  .pipe(z.int("is no whole number").min(1, "is below 1").optional());

const rowSchema = z.object({
  catalogue_gpu: z.string().min(1, "names no GPU"),
  model: z.string().min(1, "names no network"),
  precision: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["fp32", "tf32", "fp16", "bf16"], "is none of fp32, tf32, fp16 and bf16"))
    .transform(fittedPrecision),
  batch: number.pipe(z.int("is no whole number").min(1, "is below 1").max(MOST_EXAMPLES, "is above a million")),
  ms_per_iter: number.pipe(
    z
      .number()
      .positive("is not above 0")
      .min(LEAST_MILLISECONDS, "is below a microsecond")
      .max(MOST_MILLISECONDS, "is above a day"),
  ),
  gpu: z.string().optional(),
  framework: z.string().optional(),
  image_size: optionalCount,
  classes: optionalCount,
});

/**
 * @param text CSV with a header and the columns catalogue_gpu, model, precision, batch and ms_per_iter; gpu, framework, image_size and
 * classes are read where they are, others are not.
 * @param source how errors name the text, e.g. its file.
 * @throws {ProbSelectError} experiments.malformed-measurements if it is no CSV or lacks a column.
 * @example readMeasurements("catalogue_gpu,model,precision,batch,ms_per_iter\nTesla T4,resnet50,fp32,12,180", "example").rows
 * // [{ gpu: "Tesla T4", network: "resnet50", precision: "fp32", batchSize: 12, stepSeconds: 0.18, stack: "pytorch" }]
 */
export function readMeasurements(text: string, source: string): Measurements {
  const rows: Measurement[] = [];
  const tally = new SkipTally();
  for (const record of readTable(text, source, neededColumns)) {
    const parsed = rowSchema.safeParse(record);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      tally.add(`${issue?.path.join(".")} ${issue?.message}`);
      continue;
    }
    const { catalogue_gpu: gpu, model: network, precision, batch: batchSize, ms_per_iter, framework } = parsed.data;
    const { image_size: imageSize, classes: classCount, gpu: system } = parsed.data;
    const { stack } = stackOf(framework || undefined);
    rows.push({
      gpu,
      network,
      precision,
      batchSize,
      stepSeconds: ms_per_iter / 1000,
      stack,
      system,
      imageSize,
      classCount,
    });
  }
  return { rows, skipped: tally.list() };
}

/**
 * The records of a CSV by its header.
 *
 * @throws {ProbSelectError} experiments.malformed-measurements
 */
export function readTable(
  text: string,
  source: string,
  columns: readonly string[],
): readonly Readonly<Record<string, string>>[] {
  let records: Record<string, string>[];
  try {
    records = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (cause) {
    throw malformed(`${source} is no CSV: ${messageOf(cause)}`, cause);
  }
  const missing = columns.filter((column) => !(column in (records[0] ?? {})));
  if (missing.length === 0) return records;
  throw malformed(
    records.length === 0
      ? `${source} has no rows. Give a CSV with a header and the columns ${columns.join(", ")}.`
      : `${source} lacks the column${missing.length === 1 ? "" : "s"} ${missing.join(", ")}; it has ${Object.keys(records[0] ?? {}).join(", ")}.`,
  );
}

/** Counts what is not used, by reason. */
export class SkipTally {
  readonly #counts = new Map<string, number>();

  add(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** Most frequent first. */
  list(): readonly SkippedRows[] {
    return [...this.#counts].map(([reason, rows]) => ({ reason, rows })).sort((a, b) => b.rows - a.rows);
  }
}

function malformed(message: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("experiments.malformed-measurements", message, { cause });
}
