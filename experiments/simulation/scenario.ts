// What a simulation is told, as a schema: `probselect simulate --scenario FILE` parses YAML or JSON with it, and the studies write
// scenarios of the same shape. Everything that a result depends on is in here, so that a result can be found again by its inputs.

import { z } from "zod";
import { messageOf } from "../../foundation/errors.ts";
import { computeLawKinds } from "../../selection/probability/compute-law.ts";
import { influenceLimits } from "../../server/aggregation/clipping.ts";
import { strategyNames } from "../../server/aggregation/find-strategy.ts";
import { parsePartition } from "../../workloads/partition/parse-partition.ts";

const share = z.number().min(0).max(1);
const seconds = z.number().positive().max(1e9);

/** A part of the fleet. */
const groupSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,40}$/),
  /** Of the fleet; the groups' shares are divided by their sum. */
  share: z.number().positive(),
  /** Classes of the catalogue ("datacentre", "desktop", ...) or GPUs by name; each client draws one. Under measured truth only those count that were measured. */
  devices: z.array(z.string().min(1)).min(1),
  /** Link profiles, or "measured-wifi", "measured-5g"; each client draws one. */
  links: z.array(z.string().min(1)).min(1),
  /** Clients that can be reached only now and then: a window of `passSeconds` in every `periodSeconds`, each client at its own time. */
  contact: z.strictObject({ periodSeconds: seconds, passSeconds: seconds }).optional(),
});

const fleetSchema = z.strictObject({
  size: z.int().min(1).max(5_000_000).default(1000),
  /** A name of populations.ts, or groups of your own. */
  population: z.union([z.string(), z.array(groupSchema).min(1)]).default("mixed"),
  /** How often each GPU of a group occurs: all alike, or by shares that each seed draws anew (a flat Dirichlet). */
  deviceMix: z.enum(["even", "uneven"]).default("even"),
  /** Examples a client holds: a number, bounds (log-uniform), or a measured federated data set. */
  examples: z
    .union([
      z.int().min(1).max(10_000_000),
      z.strictObject({ least: z.int().min(1), most: z.int().min(1).max(10_000_000) }),
      z.enum(["openimage", "google-speech", "stackoverflow", "har"]),
    ])
    .default("stackoverflow"),
  /** Clients belong to so many sites, and have the label "site:<number>". */
  sites: z.int().min(1).max(100_000).optional(),
});

const workloadSchema = z.union([
  /** A network by name; its times come from a model of the device. */
  z.strictObject({ model: z.string().min(1), precision: z.enum(["fp32", "fp16"]).default("fp32") }),
  /** A measured workload, e.g. "pytorch/resnet18/fp32/12" (`probselect simulate --workloads` lists them); its times were measured. */
  z.strictObject({ measured: z.string().min(1) }),
]);

/** What may befall a client on top of the truth. Each is an assumption, and named on every figure that it is part of. */
const disturbancesSchema = z.strictObject({
  /** In a round another job shares the device with this probability and slows it, uniformly between `least` and `most` times. */
  contention: z
    .strictObject({ probability: share, least: z.number().min(1).default(1.5), most: z.number().min(1).default(3) })
    .optional(),
  /** Edge boards and laptops go on at `speed` of their pace after so much computing. */
  throttling: z.strictObject({ afterSeconds: z.number().min(0), speed: z.number().positive().max(1) }).optional(),
  /** The link is lost for the round, before the update is through. */
  lostLinkProbability: share.default(0),
  /** A whole site loses its links for the round. */
  siteOutageProbability: share.default(0),
  /** Compute time times exp(scale * t), t Student's with 2 degrees of freedom: a heavy tail. */
  heavyTailScale: z.number().min(0).max(5).default(0),
});

const presenceSchema = z.strictObject({
  /** Share of the time for which a client is there, in spells of exponential length. */
  onlineShare: z.number().positive().max(1).default(1),
  meanOnlineSeconds: seconds.default(14_400),
  /** Clients come for the first time at a random moment of the first so many seconds; 0: all are there from the start. */
  arrivalSeconds: z.number().min(0).max(1e9).default(0),
  /** Mean time after which a client leaves for good; absent: none does. */
  meanLifetimeSeconds: seconds.optional(),
});

function refuseUnusable(text: string, context: z.RefinementCtx): void {
  try {
    if (parsePartition(text).kind !== "quantity") return;
    context.addIssue({
      code: "custom",
      message:
        `"${text}" draws how many examples each client has, but here the fleet says so. Use iid with ` +
        "fleet.examples: {least: 20, most: 2000}",
    });
  } catch (thrown) {
    context.addIssue({ code: "custom", message: messageOf(thrown) });
  }
}

const learningSchema = z.strictObject({
  /** "mnist", a file such as "./train.csv", or a module; see workloads/find-dataset.ts. */
  dataset: z.string().default("mnist"),
  /** As `--partition` of an agent (workloads/partition/parse-partition.ts), but for "quantity": the fleet says how many examples each holds. */
  partition: z.string().superRefine(refuseUnusable).default("dirichlet:0.5"),
  /** A zoo name; may differ from the workload that sets the times. */
  model: z.string().default("mlp"),
  strategy: z.enum(strategyNames).optional(),
  /** As `aggregation.settings` of an aggregator. */
  strategySettings: z.record(z.string(), z.unknown()).optional(),
  /** Only an aggregator has it (docs/aggregation.md). */
  asynchronous: z
    .never(
      "A simulated round ends with its cohort: no client works on in the next one. Leave asynchronous out; fedbuff then has fresh updates",
    )
    .optional(),
  ...influenceLimits,
  evaluateEveryRounds: z.int().min(1).default(1),
});

const policySchema = z
  .union([
    z
      .string()
      .min(1)
      .transform((name) => ({ name, label: undefined, cohortSize: undefined, settings: {} })),
    z.strictObject({
      /** A name, or the path of a module of your own, such as ./my-policy.ts. */
      name: z.string().min(1),
      /** How figures call it; needed where a policy is there twice. */
      label: z.string().min(1).max(60).optional(),
      cohortSize: z.int().min(1).optional(),
      settings: z.record(z.string(), z.unknown()).default({}),
    }),
  ])
  .transform(({ name, label, cohortSize, settings }): PolicyChoice => {
    return { name, label: label ?? name, settings, ...(cohortSize === undefined ? {} : { cohortSize }) };
  });

/** A policy of a comparison. */
export interface PolicyChoice {
  readonly name: string;
  /** Unique in its comparison. */
  readonly label: string;
  readonly cohortSize?: number | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the module, for a policy of one's own: another content is another policy. */
  readonly moduleSha256?: string | undefined;
}

/** A result has a record of each round, some 450 bytes as JSON, and is one text. */
export const MOST_ROUNDS = 100_000;

/** The world and its rounds, without who is compared on it and with which luck. */
export const worldSchema = z.strictObject({
  fleet: fleetSchema.prefault({}),
  workload: workloadSchema.prefault({ model: "lenet5" }),
  training: z
    .strictObject({
      epochs: z.int().min(1).max(10_000).default(1),
      /** A measured workload has its own. */
      batchSize: z.int().min(1).max(1_000_000).default(32),
      learningRate: z.number().positive().max(1000).default(0.05),
      momentum: z.number().min(0).lt(1).default(0),
    })
    .prefault({}),
  rounds: z
    .int()
    .min(1)
    .max(MOST_ROUNDS, `At most ${MOST_ROUNDS} rounds: each is recorded in the result. Take fewer, or several seeds.`)
    .default(100),
  /** k: a round with fewer updates in time missed its objective. */
  requiredUpdates: z.int().min(1).max(1_000_000).default(10),
  slo: z
    .strictObject({
      deadlineSeconds: seconds.optional(),
      /** The deadline as a quantile of the fleet's true median round times, where it is not given in seconds. */
      deadlineQuantile: z.number().min(0.01).max(0.99).default(0.7),
      minimumProbability: share.default(0.8),
    })
    .prefault({}),
  /** Seconds from one round's end to the next one's start. */
  pauseSeconds: z.number().min(0).max(1e9).default(0),
  disturbances: disturbancesSchema.prefault({}),
  presence: presenceSchema.prefault({}),
  /** What the forecaster believes. */
  forecast: z
    .strictObject({
      law: z.enum(computeLawKinds).default("normal-utilisation"),
      /** Times every expected computation: a prior that is wrong on average. */
      timeFactor: z.number().positive().max(100).default(1),
      /** Times every spread: a prior that is too sure or too shy. */
      spreadFactor: z.number().min(0).max(100).default(1),
      /** False: the link is believed to be as stated. */
      linkSpread: z.boolean().default(true),
    })
    .prefault({}),
  /** Absent: nothing is trained; selection, time and waste only. */
  learning: learningSchema.optional(),
});

export const scenarioSchema = worldSchema.extend({
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default("scenario"),
  /** The first seed; each draws another fleet and another luck. */
  seed: z.int().default(1),
  seeds: z.int().min(1).max(10_000).default(1),
  policies: z
    .array(policySchema)
    .min(1)
    .default([{ name: "probselect", label: "probselect", settings: {} }]),
});

/** What a world trains. */
export type Learning = z.infer<typeof learningSchema> & {
  /** Of the data set's module or files, where they are the user's own: another content is another data set. */
  readonly datasetSha256?: string | undefined;
};
type WithLearning<Part extends { learning?: unknown }> = Omit<Part, "learning"> & {
  learning?: Learning | undefined;
};
export type World = WithLearning<z.infer<typeof worldSchema>>;
export type Scenario = WithLearning<z.infer<typeof scenarioSchema>>;
export type FleetGroup = z.infer<typeof groupSchema>;
export type Disturbances = World["disturbances"];
