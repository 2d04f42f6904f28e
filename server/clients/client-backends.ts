// What the run's clients train with: the governor's decisions, put into the registry, where forecasts and tasks find them.

import { BackendGovernor } from "../../selection/governor/backend-governor.ts";
import type { BackendDecision } from "../../selection/governor/decide-backend.ts";
import type { Candidate } from "../../selection/types.ts";
import type { ServerConfig } from "../config.ts";
import type { RunParts } from "../run-parts.ts";
import type { ClientRegistry, RegisteredClient } from "./client-registry.ts";
import type { TaskMessages } from "./serve-agent.ts";

/** With this code an agent says that it could not start a back-end. */
const CANNOT_START = "models.no-usable-backend";

export interface ClientBackendsOptions {
  readonly config: Pick<ServerConfig, "governor" | "slo">;
  readonly parts: Pick<RunParts, "latencyModel" | "workload">;
  readonly registry: Pick<ClientRegistry, "find" | "trainWith">;
  /** As `memory` gave it before a restart. */
  readonly remembered?: ReturnType<BackendGovernor["memory"]> | undefined;
}

export class ClientBackends {
  readonly #options: ClientBackendsOptions;
  readonly #governor: BackendGovernor;

  constructor(options: ClientBackendsOptions) {
    const { mode, ...limits } = options.config.governor;
    this.#options = options;
    this.#governor = new BackendGovernor({ ...limits, isMeasured: mode === "measured" }, options.remembered);
  }

  /** To be kept through a restart. */
  memory(): ReturnType<BackendGovernor["memory"]> {
    return this.#governor.memory();
  }

  /**
   * A client is there. One that comes back goes on with what it had.
   *
   * @param round the last that began; 0 before the first.
   * @returns the decision, where there was one to make.
   */
  registered({ candidate, backends }: RegisteredClient, round: number): BackendDecision | undefined {
    const { clientId } = candidate;
    this.#governor.forgetBroken(clientId);
    const known = this.#governor.backendOf(clientId);
    if (known === undefined || !backends.some(({ backend }) => backend === known)) {
      return this.#decide(candidate, round);
    }
    if (this.#isOn) this.#options.registry.trainWith(clientId, known);
    return undefined;
  }

  /** Before a round is planned: what those train with that can train in several ways. */
  beforeRound(round: number, candidates: readonly Candidate[]): readonly BackendDecision[] {
    return candidates.flatMap((candidate) => this.#decide(candidate, round) ?? []);
  }

  /** An accepted update tells how long its training took. */
  learn(update: { readonly clientId: string; readonly computeSeconds: number; readonly stepCount: number }): void {
    this.#governor.learn(update.clientId, update);
  }

  /** The messages of tasks, heard on their way: a client may say that it could not start what it was told to train with. */
  hearing(tasks: TaskMessages): TaskMessages {
    return {
      progress: (clientId, message) => tasks.progress(clientId, message),
      update: (clientId, message) => tasks.update(clientId, message),
      failure: (clientId, message) => {
        if (message.code === CANNOT_START) this.#governor.breaks(clientId, message.reason);
        return tasks.failure(clientId, message);
      },
    };
  }

  get #isOn(): boolean {
    return this.#options.config.governor.mode !== "off";
  }

  #decide(candidate: Candidate, round: number): BackendDecision | undefined {
    const { registry, parts, config } = this.#options;
    const { backends = [] } = registry.find(candidate.clientId) ?? {};
    if (!this.#isOn || backends.length < 2) return undefined;
    const { latencyModel, workload } = parts;
    const question = { latencyModel, workload, slo: config.slo };
    const decision = this.#governor.decide(candidate, backends, round, question);
    registry.trainWith(candidate.clientId, decision.backend);
    return decision;
  }
}
