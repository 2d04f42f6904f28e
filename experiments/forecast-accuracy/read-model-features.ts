// Reads what networks cost from CSV: the counts that a latency model needs of networks whose layers are not at hand.

import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { ModelCost } from "../../workloads/workload.ts";
import { readTable } from "./read-measurements.ts";

const count = z.string().min(1, "it is empty").pipe(z.coerce.number<string>().min(0));
const rowSchema = z.object({
  model: z.string().min(1),
  dense_conv_fc_gmacs: count,
  grouped_conv_gmacs: count,
  depthwise_gmacs: count,
  params_m: count,
  activation_elems_in_plus_out_m: count,
  layer_ops: count,
  conv_fc_ops: count,
});
const columns = Object.keys(rowSchema.shape);
/** Channels, height and width of an example; without it the copy of the inputs to the device is not counted. */
const optionalSchema = z.object({
  input: z
    .string()
    .regex(/^(\d+(x\d+)*)?$/, "is not like 3x224x224")
    .optional(),
});
const featureSchema = rowSchema
  .extend(optionalSchema.shape)
  .refine((row) => row.dense_conv_fc_gmacs + row.grouped_conv_gmacs + row.depthwise_gmacs > 0, {
    message: "all multiply-adds are 0",
    path: ["dense_conv_fc_gmacs"],
  });

/**
 * Costs by network name. The file has one sum of the elements that all operators read and write; it is divided between
 * heavy operators (convolutions, dense layers) and the others by their numbers, an assumption that moves the memory term by
 * less than a tenth.
 *
 * @param text CSV with the columns model, dense_conv_fc_gmacs, grouped_conv_gmacs, depthwise_gmacs (10^9 multiply-adds an
 * image), params_m, activation_elems_in_plus_out_m (10^6), layer_ops, conv_fc_ops; and
 * input, as 3x224x224, if it is there.
 * @throws {ProbSelectError} experiments.malformed-measurements naming the row.
 */
export function readModelFeatures(text: string, source: string): ReadonlyMap<string, ModelCost> {
  return new Map(
    readTable(text, source, columns).map((record) => {
      const parsed = featureSchema.safeParse(record);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        throw new ProbSelectError(
          "experiments.malformed-measurements",
          `${source}: the row of "${record.model}" has a wrong ${issue?.path.join(".")}: ${issue?.message}.`,
        );
      }
      const row = parsed.data;
      return [row.model, costOf(row)];
    }),
  );
}

function costOf(row: z.infer<typeof featureSchema>): ModelCost {
  const elements = row.activation_elems_in_plus_out_m * 1e6;
  const heavyShare = row.layer_ops === 0 ? 0 : Math.min(1, row.conv_fc_ops / row.layer_ops);
  const parameterCount = Math.round(row.params_m * 1e6);
  return {
    modelName: row.model,
    layers: [],
    parameterCount,
    denseMultiplyAdds: row.dense_conv_fc_gmacs * 1e9,
    groupedMultiplyAdds: row.grouped_conv_gmacs * 1e9,
    depthwiseMultiplyAdds: row.depthwise_gmacs * 1e9,
    heavyElements: elements * heavyShare,
    elementwiseElements: elements * (1 - heavyShare),
    heavyParameterCount: parameterCount,
    heavyOperatorCount: row.conv_fc_ops,
    otherOperatorCount: Math.max(0, row.layer_ops - row.conv_fc_ops),
    inputElements:
      row.input === undefined || row.input === ""
        ? 0
        : row.input.split("x").reduce((product, size) => product * Number(size), 1),
    // Half of what is read and written is written, and kept for the backward pass, in fp32.
    activationBytesPerExample: (elements / 2) * 4,
  };
}
