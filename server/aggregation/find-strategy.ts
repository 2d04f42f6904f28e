// The aggregation strategies by name. A new one is one file and one entry here (recipe: CONTRIBUTING; table: docs/aggregation.md).

import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { byzantineConflict } from "./byzantine-count.ts";
import { type InfluenceLimits, limitInfluence } from "./clipping.ts";
import { createFedAdagrad, fedAdagradSettings } from "./fedadagrad.ts";
import { createFedAdam, fedAdamSettings } from "./fedadam.ts";
import { fedAvg } from "./fedavg.ts";
import { createFedAvgM, fedAvgMSettings } from "./fedavgm.ts";
import { createFedBuff, fedBuffSettings } from "./fedbuff.ts";
import { createFedNova } from "./fednova.ts";
import { createFedProx, fedProxSettings } from "./fedprox.ts";
import { createFedYogi, fedYogiSettings } from "./fedyogi.ts";
import { createKrum, krumSettings } from "./krum.ts";
import { createMedian, medianSettings } from "./median.ts";
import { createMultiKrum, multiKrumSettings } from "./multi-krum.ts";
import { type RunFacts, type StrategyEntry, strategyEntryOf } from "./strategy-entry.ts";
import { createTrimmedMean, trimmedMeanSettings } from "./trimmed-mean.ts";
import type { AggregationStrategy } from "./types.ts";

export interface StrategyOptions extends RunFacts, InfluenceLimits {
  /** What the strategy can be told, as its own schema names it. */
  readonly settings?: unknown;
}

const none = z.strictObject({});

const entries: readonly StrategyEntry[] = [
  strategyEntryOf({ name: "fedavg", summary: "the mean by examples", settings: none, create: () => fedAvg }),
  strategyEntryOf({
    name: "fednova",
    summary: "the mean by examples of what clients learnt a step, for unequal work",
    settings: none,
    create: (_, { momentum }) => createFedNova({ momentum }),
  }),
  strategyEntryOf({
    name: "fedprox",
    summary: "FedAvg, with clients held near the global model",
    settings: fedProxSettings,
    create: createFedProx,
  }),
  strategyEntryOf({
    name: "fedavgm",
    summary: "FedAvg with momentum on the server",
    settings: fedAvgMSettings,
    create: createFedAvgM,
  }),
  strategyEntryOf({
    name: "fedadagrad",
    summary: "the mean change as a gradient of Adagrad",
    settings: fedAdagradSettings,
    create: createFedAdagrad,
  }),
  strategyEntryOf({
    name: "fedyogi",
    summary: "the mean change as a gradient of Yogi",
    settings: fedYogiSettings,
    create: createFedYogi,
  }),
  strategyEntryOf({
    name: "fedadam",
    summary: "the mean change as a gradient of Adam",
    settings: fedAdamSettings,
    create: createFedAdam,
  }),
  strategyEntryOf({
    name: "fedbuff",
    summary: "the mean of what clients learnt, less of it the older their model was",
    settings: fedBuffSettings,
    create: createFedBuff,
  }),
  strategyEntryOf({
    name: "trimmed-mean",
    summary: "the mean of each parameter without its extremes",
    settings: trimmedMeanSettings,
    create: createTrimmedMean,
  }),
  strategyEntryOf({
    name: "median",
    summary: "the median of each parameter",
    settings: medianSettings,
    create: createMedian,
  }),
  strategyEntryOf({
    name: "krum",
    summary: "the update that has the most others near it",
    settings: krumSettings,
    conflictIn: byzantineConflict,
    create: createKrum,
  }),
  strategyEntryOf({
    name: "multi-krum",
    summary: "the mean of the updates that have the most others near them",
    settings: multiKrumSettings,
    conflictIn: byzantineConflict,
    create: (settings) => createMultiKrum(settings),
  }),
];

/** Names that `findStrategy` knows. */
export const strategyNames: readonly string[] = entries.map(({ name }) => name);

/** What every strategy is, for lists and help. */
export const strategySummaries: readonly { readonly name: string; readonly summary: string }[] = entries.map(
  ({ name, summary }) => ({ name, summary }),
);

/**
 * A strategy for one run: it may keep state between rounds.
 *
 * @throws {ProbSelectError} server.invalid-config, with the known names, or naming the setting that is wrong.
 */
export function findStrategy(name: string, options: StrategyOptions): AggregationStrategy {
  const entry = entries.find((known) => known.name === name);
  if (entry) return limitInfluence(entry.create(options.settings ?? {}, options), options);
  throw new ProbSelectError(
    "server.invalid-config",
    `aggregation.strategy: no strategy is named "${name}". Known strategies: ${strategyNames.join(", ")}.`,
  );
}
