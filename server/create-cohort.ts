// The cohort that a configuration asks for: rounds that end with all their clients, or clients that work on while rounds go by.

import type { ServerConfig } from "./config.ts";
import { readModel } from "./models/global-model.ts";
import type { ModelStore } from "./models/model-store.ts";
import { AsynchronousCohort } from "./rounds/asynchronous/asynchronous-cohort.ts";
import type { AsynchronousEngineOptions } from "./rounds/asynchronous/asynchronous-round.ts";
import type { RoundEngineOptions } from "./rounds/round-engine.ts";
import type { RunCohort } from "./rounds/run-cohort.ts";
import { SocketCohort, type SocketCohortOptions } from "./rounds/socket-cohort.ts";

export function createCohort(
  { aggregation, rounds }: Pick<ServerConfig, "aggregation" | "rounds">,
  models: ModelStore,
  options: SocketCohortOptions,
): RunCohort {
  const { asynchronous } = aggregation;
  if (!asynchronous) return new SocketCohort(options);
  return new AsynchronousCohort({
    ...options,
    settings: asynchronous,
    lastRound: rounds,
    readModel: (sha256) => readModel(models, sha256),
  });
}

/** The engine of an asynchronous run; undefined for any other. */
export function asynchronousEngine(
  engine: RoundEngineOptions,
  { aggregation }: Pick<ServerConfig, "aggregation">,
): AsynchronousEngineOptions | undefined {
  const { asynchronous } = aggregation;
  const { cohort } = engine;
  return asynchronous && cohort instanceof AsynchronousCohort
    ? { ...engine, cohort, settings: asynchronous }
    : undefined;
}
