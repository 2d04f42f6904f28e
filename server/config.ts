// The aggregator's configuration, as a schema: `probselect server --config FILE` parses YAML or JSON with it.

import { z } from "zod";
import { policyAdaptsWork } from "../selection/policies/find-policy.ts";
import { computeLawKinds } from "../selection/probability/compute-law.ts";
import { clientRulesSchema } from "../selection/rules/client-rules.ts";

/** The fields of a configuration, each with its default. */
export const serverConfigFields = z.strictObject({
  runName: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default("run"),
  /** A zoo name. */
  model: z.string().default("lenet5"),
  /** The data set whose test split scores the global model. */
  dataset: z.string().default("mnist"),
  rounds: z.int().min(1).max(1_000_000).default(10),
  training: z
    .strictObject({
      epochs: z.int().min(1).max(10_000).default(1),
      batchSize: z.int().min(1).max(1_000_000).default(32),
      learningRate: z.number().positive().max(1000).default(0.05),
      momentum: z.number().min(0).lt(1).default(0),
    })
    .prefault({}),
  slo: z
    .strictObject({
      deadlineSeconds: z.number().positive().max(1e9).default(60),
      minimumProbability: z.number().min(0).max(1).default(0.8),
    })
    .prefault({}),
  selection: z
    .strictObject({
      /** A name, or the path of a module of your own from the working directory, such as ./my-policy.ts. */
      policy: z.string().default("probselect"),
      /** At most this many a round; without it every client that qualifies. */
      cohortSize: z.int().min(1).optional(),
      /** What else the policy can be told; each has a schema of its own. */
      settings: z.record(z.string(), z.unknown()).default({}),
      /** Who may take part, who goes first, in what share of the rounds; under any policy (docs/rules.md). */
      rules: clientRulesSchema.optional(),
    })
    .prefault({}),
  /** Without a strategy "fedavg", or "fednova" where the policy asks clients for unequal work. */
  aggregation: z.strictObject({ strategy: z.string().optional() }).prefault({}),
  /** Without it "calibrated" where calibration files are given, else "roofline". */
  latencyModel: z.string().optional(),
  /** The family of laws of a computation's time; the model "paper" has the normal utilisation whatever is asked for. */
  computeLaw: z.enum(computeLawKinds).default("normal-utilisation"),
  /** Files of `probselect calibrate`, one a device that was timed. */
  calibrationFiles: z.array(z.string().min(1)).max(1000).default([]),
  /** The first round starts when so many clients are registered. */
  minimumClients: z.int().min(1).default(2),
  /** How long to wait for `minimumClients` before giving up. */
  waitForClientsSeconds: z.number().positive().default(300),
  /** A client that disconnects in a round has this long to come back before it counts as unresponsive. */
  reconnectGraceSeconds: z.number().min(0).default(5),
  seed: z.int().default(1),
  host: z.string().default("127.0.0.1"),
  /** 0 takes a free port. */
  port: z.int().min(0).max(65_535).default(7700),
  /** Journal, models and reports of the run lie under here. */
  outputDirectory: z.string().default("runs/run"),
  clock: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("wall") }),
      z.strictObject({ kind: z.literal("emulated"), emulatedSecondsPerWallSecond: z.number().positive() }),
    ])
    .default({ kind: "wall" }),
});

/** Unequal work needs normalised steps, or those who do more pull harder. */
function usualStrategy({ policy, settings }: z.infer<typeof serverConfigFields>["selection"]): string {
  return policyAdaptsWork(policy, settings) ? "fednova" : "fedavg";
}

export const serverConfigSchema = serverConfigFields.transform((fields) => ({
  ...fields,
  aggregation: { strategy: fields.aggregation.strategy ?? usualStrategy(fields.selection) },
  latencyModel: fields.latencyModel ?? (fields.calibrationFiles.length > 0 ? "calibrated" : "roofline"),
}));

export type ServerConfig = z.infer<typeof serverConfigSchema>;
