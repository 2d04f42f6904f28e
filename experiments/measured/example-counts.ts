// How many examples a client holds, and how fast a phone's network is: quantiles of what FedScale's files say of real clients
// (Lai et al. 2022, arXiv 2105.11367). The table, example-counts.data.json, is written by scripts/measured.ts.

import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import table from "./example-counts.data.json" with { type: "json" };

export const exampleCountNames = ["openimage", "google-speech", "stackoverflow", "har"] as const;
export type ExampleCountName = (typeof exampleCountNames)[number];

/** A measured distribution. */
export interface MeasuredDistribution {
  /** Clients that it was measured on. */
  readonly clientCount: number;
  /** Rising, at 0, 1/n .. 1. */
  readonly quantiles: readonly number[];
  /** "SymbioticLab/FedScale, Apache-2.0". */
  readonly source: string;
  /**
   * The value that a share `u` of the clients is below, between two quantiles by their logarithms; a uniform u draws a client.
   *
   * @param u in [0, 1].
   */
  readonly quantile: (u: number) => number;
}

const distributionSchema = z.object({
  clients: z.int().positive(),
  quantiles: z.array(z.number().positive()).min(2),
});
const tableSchema = z.object({
  source: z.object({ repository: z.string(), licence: z.string() }),
  examples: z.record(z.enum(exampleCountNames), distributionSchema),
  bandwidthKilobitsPerSecond: distributionSchema,
  inferenceMillisecondsPerExample: distributionSchema,
});
const parsed = tableSchema.parse(table);

/**
 * Examples a client of that federated data set holds; whole numbers, at least 1.
 *
 * @throws {ProbSelectError} selection.invalid-argument for another name.
 * @example exampleCountsOf("openimage").quantile(0.5) // 4
 */
export function exampleCountsOf(name: ExampleCountName): MeasuredDistribution {
  const distribution = parsed.examples[name];
  if (distribution === undefined) {
    throw new ProbSelectError(
      "selection.invalid-argument",
      `No measured example counts are named "${name}". Known: ${exampleCountNames.join(", ")}.`,
    );
  }
  const { quantile, ...rest } = distributionOf(distribution);
  return { ...rest, quantile: (u) => Math.max(1, Math.round(quantile(u))) };
}

/** Measured bandwidth of phones in kbit/s, without a direction. */
export const fedscaleBandwidth: MeasuredDistribution = distributionOf(parsed.bandwidthKilobitsPerSecond);

/** Measured milliseconds of an inference on a phone, for one example of an image. */
export const fedscaleInference: MeasuredDistribution = distributionOf(parsed.inferenceMillisecondsPerExample);

function distributionOf({ clients, quantiles }: z.infer<typeof distributionSchema>): MeasuredDistribution {
  const last = quantiles.length - 1;
  const quantile = (u: number) => {
    if (!(u >= 0 && u <= 1)) {
      throw new ProbSelectError("selection.invalid-argument", `A quantile needs a share in [0, 1] but got ${u}.`);
    }
    const index = Math.min(last - 1, Math.floor(u * last));
    const [low, high] = [quantiles[index] as number, quantiles[index + 1] as number];
    return low * (high / low) ** (u * last - index);
  };
  const { repository, licence } = parsed.source;
  return { clientCount: clients, quantiles, source: `${repository}, ${licence}`, quantile };
}
