// Reads the measured networks from CSV: rates of 5G phones as traces of 10 s means, rates of Wi-Fi users as mean and standard
// deviation. A row that cannot be used is an error: a trace with a hole has other transfer times.

import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { readRows } from "../forecast-accuracy/read-rows.ts";
import type { RateMoments } from "./measured-line.ts";
import type { RateTrace } from "./rate-trace.ts";

const STEP_SECONDS = 10;

const number = z.string().min(1, "is empty").pipe(z.coerce.number("is no number"));
const sampleSchema = z.object({
  trace: z.string().min(1),
  t_s: number,
  downlink_kbps: number.pipe(z.number().min(0)),
});
const summarySchema = z.object({ trace: z.string().min(1), share_5g: number.pipe(z.number().min(0).max(1)) });
const positive = number.pipe(z.number().positive());
const deviation = number.pipe(z.number().min(0));
const userSchema = z.object({
  user: z.string().min(1),
  down_mean_kBps: positive,
  down_sd_kBps: deviation,
  up_mean_kBps: positive,
  up_sd_kBps: deviation,
});

/**
 * @param samples CSV with trace, t_s and downlink_kbps (kbit/s), a row every ten seconds.
 * @param summary CSV with trace and share_5g.
 * @throws {ProbSelectError} experiments.malformed-measurements naming the row, or the trace that has a hole or no summary.
 */
export function readRateTraces(samples: string, summary: string): readonly RateTrace[] {
  const shares = new Map(
    readRows(summarySchema, summary, "the summary of the traces").map((row) => [row.trace, row.share_5g]),
  );
  const rows = readRows(sampleSchema, samples, "the traces");
  return [...new Set(rows.map(({ trace }) => trace))].map((name) => {
    const steps = rows.filter(({ trace }) => trace === name);
    const share5g = shares.get(name);
    if (share5g === undefined) throw malformed(`Trace "${name}" has no row in the summary. Add it.`);
    const hole = steps.findIndex(({ t_s }, index) => t_s !== index * STEP_SECONDS);
    if (hole >= 0) {
      throw malformed(`Trace "${name}" has t_s = ${steps[hole]?.t_s} where ${hole * STEP_SECONDS} was due.`);
    }
    return { name, share5g, stepSeconds: STEP_SECONDS, bitsPerSecond: steps.map((step) => step.downlink_kbps * 1000) };
  });
}

/**
 * @param users CSV with user and, for down and up, the mean and standard deviation of the rate in kilobytes a second.
 * @throws {ProbSelectError} experiments.malformed-measurements naming the row.
 */
export function readRateMoments(users: string): readonly RateMoments[] {
  return readRows(userSchema, users, "the Wi-Fi users").flatMap(({ user: group, ...row }) => [
    {
      group,
      stratum: "down" as const,
      meanBitsPerSecond: row.down_mean_kBps * 8000,
      deviationBitsPerSecond: row.down_sd_kBps * 8000,
    },
    {
      group,
      stratum: "up" as const,
      meanBitsPerSecond: row.up_mean_kBps * 8000,
      deviationBitsPerSecond: row.up_sd_kBps * 8000,
    },
  ]);
}

function malformed(message: string): ProbSelectError {
  return new ProbSelectError("experiments.malformed-measurements", message);
}
