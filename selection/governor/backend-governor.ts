// The back-end governor: decides for each client, from the network's costs and the latency model, what it trains with; before the first
// round, and again before every other one, against that round's objective. What it remembers is plain data.

import { median } from "simple-statistics";
import type { Candidate } from "../types.ts";
import { type BackendDecision, decideBackend, type GovernorLimits } from "./decide-backend.ts";
import type { BackendOption, BackendQuestion } from "./estimate-backend.ts";

export interface GovernorSettings extends GovernorLimits {
  /** Whether measured trainings correct the forecasts of back-ends, of their comparison alone; without it static facts decide. */
  readonly isMeasured: boolean;
}

/** What is remembered of a client. */
export interface GovernedClient {
  readonly backend: string;
  /** Round of the last move; null: it was never moved. */
  readonly movedInRound: number | null;
  /** Forecast seconds of a step on `backend`; 0 where there is no forecast. */
  readonly secondsPerStep: number;
  /** Of each back-end the last measured over forecast seconds of a step, oldest first. */
  readonly ratios: Readonly<Record<string, readonly number[]>>;
  /** Why the client could not start a back-end. */
  readonly broken: Readonly<Record<string, string>>;
}

/** The median of so many trainings counts: one slow one moves nobody. */
const REMEMBERED_TRAININGS = 5;

export class BackendGovernor {
  readonly #settings: GovernorSettings;
  readonly #clients = new Map<string, GovernedClient>();

  /** @param remembered as `memory` gave it: the governor goes on from there. */
  constructor(settings: GovernorSettings, remembered: readonly (readonly [string, GovernedClient])[] = []) {
    this.#settings = settings;
    for (const [clientId, client] of remembered) this.#clients.set(clientId, client);
  }

  /** All that it remembers. */
  memory(): readonly (readonly [string, GovernedClient])[] {
    return [...this.#clients];
  }

  /**
   * Decides what a client trains with from this round on.
   *
   * @param options at least one, the client's own preference first.
   * @param round 0 when it registers before the first round.
   */
  decide(
    client: Candidate,
    options: readonly BackendOption[],
    round: number,
    question: BackendQuestion,
  ): BackendDecision {
    const { clientId } = client;
    const known = this.#clients.get(clientId);
    const current = options.some(({ backend }) => backend === known?.backend) ? known?.backend : undefined;
    const { windowRounds, isMeasured } = this.#settings;
    const movedInRound = known?.movedInRound ?? null;
    const decision = decideBackend(
      {
        ...{ client, options, current },
        isInWindow: movedInRound !== null && round - movedInRound < windowRounds,
        ratios: isMeasured ? mediansOf(known?.ratios ?? {}) : new Map(),
        broken: new Map(Object.entries(known?.broken ?? {})),
      },
      question,
      this.#settings,
    );
    const chosen = decision.estimates.find(({ backend }) => backend === decision.backend);
    this.#clients.set(clientId, {
      ...{ ratios: known?.ratios ?? {}, broken: known?.broken ?? {} },
      backend: decision.backend,
      movedInRound: decision.from === undefined ? movedInRound : round,
      secondsPerStep: chosen && !("unusable" in chosen) ? chosen.secondsPerStep : 0,
    });
    return decision;
  }

  /** What a client was last told to train with. */
  backendOf(clientId: string): string | undefined {
    return this.#clients.get(clientId)?.backend;
  }

  /** A client has registered anew: what it could not start before, it may be able to now. */
  forgetBroken(clientId: string): void {
    this.#change(clientId, () => ({ broken: {} }));
  }

  /** A client could not start what it was to train with. @param why a sentence. */
  breaks(clientId: string, why: string): void {
    this.#change(clientId, ({ backend, broken }) => ({ broken: { ...broken, [backend]: why } }));
  }

  /** A training has ended; counts only where measured trainings do. */
  learn(
    clientId: string,
    { computeSeconds, stepCount }: { readonly computeSeconds: number; readonly stepCount: number },
  ) {
    if (!this.#settings.isMeasured) return;
    this.#change(clientId, ({ backend, secondsPerStep, ratios }) => {
      const ratio = computeSeconds / stepCount / secondsPerStep;
      if (!(ratio > 0 && ratio < Number.POSITIVE_INFINITY)) return {};
      const latest = [...(ratios[backend] ?? []), ratio].slice(-REMEMBERED_TRAININGS);
      return { ratios: { ...ratios, [backend]: latest } };
    });
  }

  #change(clientId: string, change: (client: GovernedClient) => Partial<GovernedClient>): void {
    const client = this.#clients.get(clientId);
    if (client) this.#clients.set(clientId, { ...client, ...change(client) });
  }
}

function mediansOf(ratios: GovernedClient["ratios"]): ReadonlyMap<string, number> {
  return new Map(Object.entries(ratios).map(([backend, latest]) => [backend, median([...latest])]));
}
