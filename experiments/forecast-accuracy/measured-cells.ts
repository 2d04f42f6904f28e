// What a cell that was measured before says of the next time: from single iterations of one GPU, network and precision, the first
// half predicts the second.

import { mean, median } from "simple-statistics";
import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { readTable } from "./read-measurements.ts";

/** One series cut in the middle. */
export interface CellPrediction {
  readonly gpu: string;
  readonly network: string;
  readonly precision: string;
  /** Median of the first half's iterations. */
  readonly predictedSeconds: number;
  /** Mean of the second half's. */
  readonly actualSeconds: number;
}

const rowSchema = z.object({
  source: z.string(),
  gpu: z.string().min(1),
  model: z.string().min(1),
  precision: z.string().min(1),
  iter: z.coerce.number().int().min(0),
  ms: z.coerce.number().positive(),
});

/**
 * @param text CSV with source, gpu, model, precision, iter and ms, a row for each iteration.
 * @returns one a series, in the order of the file; a series of fewer than four iterations is left out.
 * @throws {ProbSelectError} experiments.malformed-measurements naming the row.
 */
export function predictSecondHalves(text: string, source: string): readonly CellPrediction[] {
  const series = new Map<string, { readonly key: z.infer<typeof rowSchema>; readonly times: [number, number][] }>();
  readTable(text, source, Object.keys(rowSchema.shape)).forEach((record, index) => {
    const parsed = rowSchema.safeParse(record);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new ProbSelectError(
        "experiments.malformed-measurements",
        `${source}, row ${index + 1}: ${issue?.path.join(".")} ${issue?.message}.`,
      );
    }
    const { data: row } = parsed;
    const name = JSON.stringify([row.source, row.gpu, row.model, row.precision]);
    const found = series.get(name) ?? { key: row, times: [] };
    found.times.push([row.iter, row.ms / 1000]);
    series.set(name, found);
  });
  return [...series.values()].flatMap(({ key, times }) => {
    if (times.length < 4) return [];
    const ordered = times.sort(([a], [b]) => a - b).map(([, seconds]) => seconds);
    const middle = Math.floor(ordered.length / 2);
    return [
      {
        gpu: key.gpu,
        network: key.model,
        precision: key.precision,
        predictedSeconds: median(ordered.slice(0, middle)),
        actualSeconds: mean(ordered.slice(middle)),
      },
    ];
  });
}
