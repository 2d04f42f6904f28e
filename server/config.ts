// The aggregator's configuration, as a schema: `probselect server --config FILE` parses YAML or JSON with it.

import { z } from "zod";
import { updateEncodingSchema } from "../models/compression/update-encoding.ts";
import { policyAdaptsWork } from "../selection/policies/find-policy.ts";
import { computeLawKinds } from "../selection/probability/compute-law.ts";
import { clientRulesSchema } from "../selection/rules/client-rules.ts";
import { influenceLimits } from "./aggregation/clipping.ts";
import {
  asynchronousConflicts,
  asynchronousSchema,
  withConcurrency,
} from "./rounds/asynchronous/asynchronous-config.ts";
import { secureConfigSchema, secureConflicts } from "./secure-aggregation/secure-config.ts";
import { securityConfigSchema } from "./security/security-config.ts";

/** The fields of a configuration, each with its default. */
export const serverConfigFields = z.strictObject({
  /** For editors; see `probselect config schema`. */
  $schema: z.string().optional(),
  runName: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default("run"),
  /** A name, or a path from the working directory: a tfjs model.json, a safetensors export, or a module such as ./my-model.mjs. */
  model: z.string().default("lenet5"),
  /** The data set whose test split scores the global model. */
  dataset: z.string().default("mnist"),
  /** Whether a model of your own starts from the weights that it brings (the default) or from the seed. */
  initialWeights: z.enum(["model", "seed"]).optional(),
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
  aggregation: z
    .strictObject({
      strategy: z.string().optional(),
      /** What the strategy can be told; each has a schema of its own (docs/aggregation.md). */
      settings: z.record(z.string(), z.unknown()).default({}),
      /** Clients work on while rounds go by; with "fedbuff" only. Absent: every round waits for its own clients. */
      asynchronous: asynchronousSchema.optional(),
      ...influenceLimits,
      /** The aggregator learns the sum of the updates and not the updates (docs/secure-aggregation.md); absent: it sees each. */
      secure: secureConfigSchema.optional(),
    })
    .prefault({}),
  /** Noise in every model that is released, and an account of what it costs (docs/privacy.md); absent: no such privacy. */
  privacy: z
    .strictObject({
      /** Each update's difference to the global model is scaled down to this L2 norm. */
      clippingNorm: z.number().positive(),
      /** Standard deviation of the noise in the sum of a round, in units of the clipping norm. */
      noiseMultiplier: z.number().positive(),
      /** What the sum is divided by: the updates that a round is expected to bring. */
      expectedUpdates: z.int().min(1),
      /** At which epsilon is stated: less than one over the number of clients. */
      delta: z.number().gt(0).lt(1),
      /** Whether the moving statistics of batch normalisations get noise, or stay as they were. */
      movingStatistics: z.enum(["noised", "kept"]).default("noised"),
    })
    .optional(),
  /** How updates are coded on their way up; absent: as they are (docs/compression.md). */
  compression: updateEncodingSchema.optional(),
  /** What clients train with that can train in several ways (docs/backends.md). */
  governor: z
    .strictObject({
      /** "forecast": by static facts; "measured": measured trainings correct them; "off": what each client prefers. */
      mode: z.enum(["forecast", "measured", "off"]).default("forecast"),
      /** A client is moved to another back-end only if that is better even when its training takes longer by this share. */
      hysteresis: z.number().min(0).max(10).default(0.2),
      /** In any so many rounds in a row a client is moved once at most. */
      windowRounds: z.int().min(1).max(1_000_000).default(10),
    })
    .prefault({}),
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
  liveness: z
    .strictObject({
      /** Between the heartbeats of a connection. */
      heartbeatSeconds: z.number().positive().max(3600).default(5),
      /** For the answer to one, after which the connection is dead. Training has a thread of its own: slow is not dead. */
      heartbeatPatienceSeconds: z.number().positive().max(3600).default(10),
      /** An agent that has lost the aggregator for so long gives its task up. */
      leaseSeconds: z.number().positive().max(1e9).default(120),
      /** After a restart, how long the clients that were connected before are waited for. */
      restartGraceSeconds: z.number().min(0).max(1e9).default(60),
      /** On SIGTERM, how long the round that runs may take to end. */
      drainSeconds: z.number().min(0).max(1e9).default(10),
    })
    .prefault({}),
  /** TLS, tokens, limits (docs/security.md). */
  security: securityConfigSchema,
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

/** What is old must weigh less; unequal work needs normalised steps, or those who do more pull harder. */
function usualStrategy({ aggregation, selection }: z.infer<typeof serverConfigFields>): string {
  if (aggregation.asynchronous) return "fedbuff";
  return policyAdaptsWork(selection.policy, selection.settings) ? "fednova" : "fedavg";
}

export const serverConfigSchema = serverConfigFields
  .superRefine((fields, context) => {
    for (const conflict of asynchronousConflicts(fields)) context.addIssue({ code: "custom", ...conflict });
  })
  .transform((fields) => {
    const { asynchronous } = fields.aggregation;
    const strategy = fields.aggregation.strategy ?? usualStrategy(fields);
    return {
      ...fields,
      aggregation: { ...fields.aggregation, strategy, asynchronous: asynchronous && withConcurrency(asynchronous) },
      latencyModel: fields.latencyModel ?? (fields.calibrationFiles.length > 0 ? "calibrated" : "roofline"),
    };
  })
  .superRefine((config, context) => {
    for (const { path, message } of secureConflicts(config)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });

export type ServerConfig = z.infer<typeof serverConfigSchema>;
