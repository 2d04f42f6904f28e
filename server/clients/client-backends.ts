// What the run's clients train with: the governor's decisions, put into the registry, where forecasts and tasks find them.

import { ProbSelectError } from "../../foundation/errors.ts";
import { BackendGovernor, type GovernedClient } from "../../selection/governor/backend-governor.ts";
import type { BackendDecision } from "../../selection/governor/decide-backend.ts";
import type { Candidate } from "../../selection/types.ts";
import type { ServerConfig } from "../config.ts";
import type { AcceptedUpdate } from "../journal/events.ts";
import type { ResumedRun } from "../recovery/recover-run.ts";
import type { FailedTask } from "../rounds/cohort-round.ts";
import type { ClientBackendChoice, RoundPlan } from "../rounds/types.ts";
import type { RunParts } from "../run-parts.ts";
import type { ClientRegistry, RegisteredClient } from "./client-registry.ts";

/** After so many tasks in a row that ended so, a back-end is given up. What an agent says of other failures is not the back-end's fault. */
const failuresToGiveUp: Readonly<Record<string, number>> = {
  "models.no-usable-backend": 1,
  "models.device-failed": 2,
  "client.worker-crashed": 2,
};

/** To be kept through a restart. */
export interface BackendMemory {
  readonly clients: ReadonlyMap<string, GovernedClient>;
  /** Of the last round that was planned; absent before the first. */
  readonly deadlineSeconds?: number | undefined;
}

export interface ClientBackendsOptions {
  readonly config: Pick<ServerConfig, "governor" | "slo">;
  readonly parts: Pick<RunParts, "latencyModel" | "workload">;
  readonly registry: Pick<ClientRegistry, "find" | "trainWith">;
  /** Where the run stood before a restart. */
  readonly resumed?: Pick<ResumedRun, "state" | "openRound"> | undefined;
}

export class ClientBackends implements ClientBackendChoice {
  readonly #options: ClientBackendsOptions;
  readonly #governor: BackendGovernor;
  #deadlineSeconds: number | undefined;

  constructor(options: ClientBackendsOptions) {
    const { mode, ...limits } = options.config.governor;
    this.#options = options;
    const { state, openRound } = options.resumed ?? {};
    this.#governor = new BackendGovernor({ ...limits, isMeasured: mode === "measured" }, state?.governor?.clients);
    this.#deadlineSeconds = state?.governor?.deadlineSeconds;
    // What the memory was kept with was planned; updates came since.
    for (const update of openRound?.accepted.values() ?? []) this.accepted(update);
  }

  memory(): BackendMemory {
    return { clients: this.#governor.memory(), deadlineSeconds: this.#deadlineSeconds };
  }

  /**
   * A client is there. One that comes back goes on with what it had.
   *
   * @param round the last that began; 0 before the first.
   * @returns the decision, where there was one to make.
   */
  registered({ candidate, backends }: RegisteredClient, round: number): BackendDecision | undefined {
    const { clientId } = candidate;
    if (!this.#isOn || backends.length < 2) {
      this.#governor.forget(clientId);
      return undefined;
    }
    this.#governor.restarted(clientId);
    const known = this.#governor.backendOf(clientId);
    if (known !== undefined && backends.some(({ backend }) => backend === known)) {
      this.#options.registry.trainWith(clientId, known);
      return undefined;
    }
    try {
      return this.#decide(candidate, round);
    } catch (thrown) {
      if (thrown instanceof ProbSelectError) throw thrown;
      // A fault of a user's latency model ends the run where the round is planned, and no client's registration.
      return undefined;
    }
  }

  beforeRound(round: number, candidates: readonly Candidate[]): readonly BackendDecision[] {
    return candidates.flatMap((candidate) => this.#decide(candidate, round) ?? []);
  }

  /** The policy may have set the round a deadline of its own: the next round's back-ends are chosen for that. */
  planned({ slo }: Pick<RoundPlan, "slo">): void {
    this.#deadlineSeconds = slo.deadlineSeconds;
  }

  /** An update was accepted. */
  accepted(update: Pick<AcceptedUpdate, "clientId" | "backend" | "computeSeconds" | "stepCount">): void {
    const { backend, computeSeconds, stepCount } = update;
    this.#governor.succeeded(update.clientId, { backend, computeSeconds, stepCount });
  }

  /** A client has failed at its task. */
  failed({ clientId, backend, round, code, reason }: FailedTask): void {
    const most = Object.hasOwn(failuresToGiveUp, code) ? failuresToGiveUp[code] : undefined;
    if (most !== undefined) this.#governor.failed(clientId, { backend, round, most, why: reason });
  }

  get #isOn(): boolean {
    return this.#options.config.governor.mode !== "off";
  }

  #decide(candidate: Candidate, round: number): BackendDecision | undefined {
    const { registry, parts, config } = this.#options;
    const { backends = [] } = registry.find(candidate.clientId) ?? {};
    if (!this.#isOn || backends.length < 2) return undefined;
    const { latencyModel, workload } = parts;
    const deadlineSeconds = this.#deadlineSeconds ?? config.slo.deadlineSeconds;
    const question = { latencyModel, workload, slo: { ...config.slo, deadlineSeconds } };
    const decision = this.#governor.decide(candidate, backends, round, question);
    registry.trainWith(candidate.clientId, decision.backend);
    return decision;
  }
}
