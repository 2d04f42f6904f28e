// A simulated run as an aggregator would have journalled it, so that `probselect report` and `probselect explain --run` read it. Clients'
// durations are the virtual clock's; how long the run and its rounds took is real time, as in any journal.

import type { Clock } from "../../../foundation/clock.ts";
import type { LatencyModel } from "../../../selection/types.ts";
import { registrationForecast } from "../../../server/clients/registration-forecast.ts";
import { type ServerConfig, serverConfigSchema } from "../../../server/config.ts";
import type { JournalEvent } from "../../../server/journal/events.ts";
import { packageVersion } from "../../../server/package-version.ts";
import type { RoundOutcome } from "../../../server/rounds/types.ts";
import { summarizeRun } from "../../../server/run-summary.ts";
import { addRound, noRounds, type RunTotals } from "../../../server/run-totals.ts";
import type { TrainingSettings } from "../../../workloads/workload.ts";
import type { CellSpec } from "../cell.ts";
import type { BuiltWorld } from "../world/build-world.ts";
import { aggregationOf } from "./cell-strategy.ts";
import type { FleetCandidates } from "./fleet-candidates.ts";
import type { RunJournal } from "./learning-run.ts";

export type OnEvent = (event: JournalEvent) => void;

export interface JournalledRun {
  readonly spec: CellSpec;
  readonly world: BuiltWorld;
  readonly candidates: FleetCandidates;
  readonly latencyModel: LatencyModel;
  readonly training: TrainingSettings;
  readonly policyNeeds: Extract<JournalEvent, { readonly type: "run-started" }>["policyNeeds"];
  readonly parameterCount: number;
}

export class LearningJournal implements RunJournal {
  readonly #run: JournalledRun;
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #onEvent: OnEvent;
  #totals: RunTotals = noRounds;
  readonly #beganSeconds: number;
  #roundBeganSeconds = 0;

  /** @param clock real time. */
  constructor(run: JournalledRun, clock: Clock, onEvent: OnEvent) {
    this.#run = run;
    this.#config = configOf(run);
    this.#clock = clock;
    this.#beganSeconds = clock.nowSeconds();
    this.#onEvent = onEvent;
  }

  /** Before the first round: the run's settings, and the whole fleet as if it had registered. */
  begin(): void {
    const { world, policyNeeds, parameterCount } = this.#run;
    const config = this.#config;
    const { runName, clock } = config;
    const probselectVersion = packageVersion();
    this.#onEvent({ type: "run-started", runName, probselectVersion, config, clock, parameterCount, policyNeeds });
    for (let client = 0; client < world.fleet.size; client++) this.#register(client);
  }

  append(event: JournalEvent): void {
    if (event.type === "round-planned") this.#roundBeganSeconds = this.#clock.nowSeconds();
    this.#onEvent(event);
  }

  finishRound(outcome: RoundOutcome): void {
    this.#totals = addRound(this.#totals, outcome);
    const wallSeconds = this.#clock.nowSeconds() - this.#roundBeganSeconds;
    this.#onEvent({ type: "round-finished", outcome, wallSeconds });
  }

  end(): void {
    const wallSeconds = this.#clock.nowSeconds() - this.#beganSeconds;
    const { runName } = this.#config;
    const summary = summarizeRun(this.#totals, { runName, wallSeconds, journal: "", modelFile: null });
    this.#onEvent({ type: "run-finished", reason: "completed", summary });
  }

  #register(client: number): void {
    const { world, candidates, latencyModel } = this.#run;
    const candidate = candidates.candidateOf(client);
    const { clientId, device, link, exampleCount, labels, backend = "simulated" } = candidate;
    const kind = device.kind === "known" && device.device.deviceClass === "cpu" ? "cpu" : "gpu";
    this.#onEvent({
      type: "client-registered",
      ...{ clientId, device, link, exampleCount, labels, backend, emulated: true },
      report: { kind, name: device.reportedName },
      ...registrationForecast(latencyModel, candidate, world.workload, world.slo),
    });
  }
}

function configOf({ spec, world, training }: JournalledRun): ServerConfig {
  const { policy, seed } = spec;
  const { learning, rounds, forecast } = spec.world;
  return serverConfigSchema.parse({
    runName: policy.label.replaceAll(/[^\w.-]+/g, "-").slice(0, 64),
    model: learning?.model,
    dataset: learning?.dataset,
    ...{ rounds, training, seed },
    slo: world.slo,
    selection: { policy: policy.name, cohortSize: policy.cohortSize, settings: policy.settings },
    aggregation: learning && aggregationOf(learning, policy),
    computeLaw: forecast.law,
    minimumClients: 1,
    // The virtual clock has no rate; its second is written down as one.
    clock: { kind: "emulated", emulatedSecondsPerWallSecond: 1 },
  });
}
