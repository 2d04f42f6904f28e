// What is left to predict where a cell (GPU, network, batch, precision, software) was measured before: the first half of a
// series of iterations predicts the second.

import { mean, median } from "simple-statistics";
import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { groupBy } from "./group-by.ts";
import { readTable } from "./read-measurements.ts";

/** The iterations of one cell, in the order in which they ran. */
export interface CellSeries {
  readonly gpu: string;
  readonly network: string;
  readonly precision: string;
  readonly seconds: readonly number[];
}

export interface CellPrediction {
  readonly predictedSeconds: number;
  readonly actualSeconds: number;
}

const rowSchema = z.object({
  gpu: z.string().min(1),
  model: z.string().min(1),
  precision: z.string().min(1),
  iter: z.string().min(1).pipe(z.coerce.number<string>()),
  ms: z.string().min(1).pipe(z.coerce.number<string>().positive()),
});
const columns = Object.keys(rowSchema.shape);

/**
 * @param text CSV with the columns gpu, model, precision, iter and ms (milliseconds of one iteration).
 * @param source how errors name the text.
 * @throws {ProbSelectError} experiments.malformed-measurements
 */
export function readCellSeries(text: string, source: string): readonly CellSeries[] {
  const iterations = z.array(rowSchema).safeParse(readTable(text, source, columns));
  if (!iterations.success) {
    const issue = iterations.error.issues[0];
    throw new ProbSelectError(
      "experiments.malformed-measurements",
      `${source}: the row and column ${issue?.path.join(", ")} cannot be used: ${issue?.message}.`,
    );
  }
  const byCell = groupBy(iterations.data, ({ gpu, model, precision }) => JSON.stringify([gpu, model, precision]));
  return [...byCell.values()].flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const ordered = rows.toSorted((a, b) => a.iter - b.iter);
    const { gpu, model: network, precision } = first;
    return [{ gpu, network, precision, seconds: ordered.map(({ ms }) => ms / 1000) }];
  });
}

/**
 * The median of the first half against the mean of the second; of an odd number the second half has one more.
 *
 * @returns a prediction for each series of at least two iterations.
 * @example predictSecondHalves([{ gpu: "a", network: "b", precision: "fp32", seconds: [1, 3, 2, 3] }])
 * // [{ predictedSeconds: 2, actualSeconds: 2.5 }]
 */
export function predictSecondHalves(series: readonly CellSeries[]): readonly CellPrediction[] {
  return series.flatMap(({ seconds }) => {
    const half = Math.floor(seconds.length / 2);
    if (half === 0) return [];
    return [{ predictedSeconds: median(seconds.slice(0, half)), actualSeconds: mean(seconds.slice(half)) }];
  });
}
