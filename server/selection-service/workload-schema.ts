// What the clients of a request train, as JSON: a network by name, a Keras-style network as data, or the numbers themselves.

import { z } from "zod";
import type { LayerCall, LayersModelDescription } from "../../models/layers-model-description.ts";

const text = (maximum: number) => z.string().min(1).max(maximum);
const amount = z.number().min(0).max(1e18);
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const shape = z.array(z.int().min(1).max(1e9)).max(16);
const shapes = z.array(shape).max(1000);

/** Models in models in models: more than this is a slip. */
const DEEPEST_NESTING = 8;
const MOST_CALLS = 10_000;

function callSchema(depth: number): z.ZodType<LayerCall> {
  return z.strictObject({
    className: text(200),
    name: text(500),
    config: z.record(z.string(), z.unknown()),
    inputShapes: shapes,
    outputShapes: shapes,
    parameterCount: count,
    trainableParameterCount: count,
    isFirstCall: z.boolean(),
    isModelOutput: z.boolean(),
    inner: depth === 0 ? z.array(z.never()) : z.array(callSchema(depth - 1)).max(MOST_CALLS),
  });
}

/** What `describeLayersModel` gives for a tfjs or Keras model. */
const layersModelSchema: z.ZodType<LayersModelDescription> = z.strictObject({
  modelName: text(200),
  inputShapes: shapes,
  calls: z.array(callSchema(DEEPEST_NESTING)).min(1).max(MOST_CALLS),
  parameterCount: count,
});

/** The sums of workloads/workload.ts (`ModelCost`), for one example and its forward pass; a multiply-add counts as one. */
const costSchema = z.strictObject({
  modelName: text(200).default("given by numbers"),
  parameterCount: amount,
  denseMultiplyAdds: amount,
  groupedMultiplyAdds: amount.default(0),
  depthwiseMultiplyAdds: amount.default(0),
  heavyElements: amount,
  elementwiseElements: amount,
  /** Without it every parameter is read once. */
  heavyParameterCount: amount.optional(),
  heavyOperatorCount: amount,
  otherOperatorCount: amount,
  inputElements: amount,
  activationBytesPerExample: amount,
});

export const workloadSchema = z
  .strictObject({
    /** A model of the zoo, or a published network such as "resnet50". */
    model: text(100).optional(),
    /** Of a published network: height and width of its images, and its classes; without them as it was published. */
    imageSize: z.int().min(1).max(100_000).optional(),
    classCount: z.int().min(1).max(1_000_000).optional(),
    layersModel: layersModelSchema.optional(),
    cost: costSchema.optional(),
    precision: z.enum(["fp32", "tf32", "fp16", "bf16"]).default("fp32"),
    /** What travels, where it is not the whole model in fp32: adapters, compressed updates. */
    downloadBytes: amount.optional(),
    uploadBytes: amount.optional(),
  })
  .superRefine(({ model, layersModel, cost, imageSize, classCount }, context) => {
    const given = [model, layersModel, cost].filter((part) => part !== undefined).length;
    if (given !== 1) {
      context.addIssue({
        code: "custom",
        message: "Give one of model (a name), layersModel (a description) or cost (numbers)",
      });
    }
    if (model === undefined && (imageSize ?? classCount) !== undefined) {
      context.addIssue({
        code: "custom",
        message: "imageSize and classCount go with the name of a published network in model",
      });
    }
  });

export type WorkloadRequest = z.infer<typeof workloadSchema>;

export const trainingSchema = z.strictObject({
  epochs: z.int().min(1).max(10_000).default(1),
  batchSize: z.int().min(1).max(1_000_000).default(32),
  /** Above 0, one more value per parameter lies on the device. */
  momentum: z.number().min(0).lt(1).default(0),
});

export type TrainingRequest = z.infer<typeof trainingSchema>;
