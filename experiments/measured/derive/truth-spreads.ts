// How much machines of the same GPU differ, and how much the same work differs from run to run on one machine: the two factors that
// measured truth puts on a measured step.

import { median, rootMeanSquare, sampleStandardDeviation } from "simple-statistics";
import { z } from "zod";
import { groupBy } from "../../forecast-accuracy/group-by.ts";
import { readRows } from "../../forecast-accuracy/read-rows.ts";
import { logSigmaOfVariation } from "../../link-spread/measured-line.ts";

/** A standard deviation of ln(seconds), and how many of what it rests on. */
export interface DerivedSigma {
  readonly logSigma: number;
  /** Median over the groups in place of their root mean square: what most of them show. */
  readonly medianLogSigma: number;
  readonly rows: number;
  readonly groups: number;
}

const number = z.string().min(1, "is empty").pipe(z.coerce.number("is no number"));
const positive = number.pipe(z.number().positive("is not above 0"));
const machineSchema = z.object({
  machine: z.string().min(1),
  precision: z.string().min(1),
  model: z.string().min(1),
  samples_per_s: positive,
});
const runSchema = z.object({
  ms_per_iter: positive,
  run_sd_ms: number.pipe(z.number().min(0, "is negative")),
});

/**
 * Between machines: of each job (model and precision) the standard deviation of ln(samples/s) over the machines, of these the root
 * mean square, so that each job weighs the same.
 *
 * @param table CSV with machine, precision, model and samples_per_s; at least two machines a job.
 * @returns `groups` are the jobs.
 * @throws {ProbSelectError} experiments.malformed-measurements
 * @example // two machines, one job, a tenth apart: ln 1.1 / sqrt 2
 * machineSigma("machine,precision,model,samples_per_s\na,fp32,resnet50,100\nb,fp32,resnet50,110").logSigma // 0.0674
 */
export function machineSigma(table: string): DerivedSigma {
  const rows = readRows(machineSchema, table, "the machines");
  const jobs = [...groupBy(rows, ({ model, precision }) => JSON.stringify([model, precision])).values()];
  const deviations = jobs.map((runs) => sampleStandardDeviation(runs.map((run) => Math.log(run.samples_per_s))));
  return { ...pooled(deviations), rows: rows.length, groups: jobs.length };
}

/**
 * Between rounds: of each cell the log-normal sigma of its runs' coefficient of variation, of these the root mean square. A run is an
 * epoch, as a client's round is; the deviations are the same for long and for short epochs, so that more steps do not average them out.
 *
 * @param table CSV with ms_per_iter and run_sd_ms, the standard deviation of a cell over its runs.
 * @returns `groups` equals `rows`, the cells.
 * @throws {ProbSelectError} experiments.malformed-measurements
 */
export function roundSigma(table: string): DerivedSigma {
  const rows = readRows(runSchema, table, "the runs");
  const sigmas = rows.map(({ ms_per_iter, run_sd_ms }) => logSigmaOfVariation(run_sd_ms / ms_per_iter));
  return { ...pooled(sigmas), rows: rows.length, groups: rows.length };
}

function pooled(sigmas: readonly number[]): Pick<DerivedSigma, "logSigma" | "medianLogSigma"> {
  return { logSigma: rootMeanSquare([...sigmas]), medianLogSigma: median([...sigmas]) };
}
