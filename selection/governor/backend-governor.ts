// The back-end governor: decides for each client, from the network's costs and the latency model, what it trains with; before the first
// round, and again before every other one, against the deadline that rounds have. What it remembers is plain data.

import { median } from "simple-statistics";
import type { Candidate } from "../types.ts";
import { type BackendDecision, decideBackend, type GovernorLimits } from "./decide-backend.ts";
import type { BackendOption, BackendQuestion } from "./estimate-backend.ts";

export interface GovernorSettings extends GovernorLimits {
  /** Whether measured trainings correct the forecasts of back-ends, of their comparison alone; without it static facts decide. */
  readonly isMeasured: boolean;
}

/** What is remembered of one of a client's back-ends. */
interface KnownBackend {
  /** The device that it computed on, as one text: what was learnt of another is forgotten. */
  readonly device: string;
  /** The last measured over forecast seconds of a step, oldest first. */
  readonly ratios: readonly number[];
  /** Tasks in a row that it cost its client. */
  readonly failures: number;
  /** Since when and why it is not used; absent: it is. */
  readonly broken?: { readonly round: number; readonly why: string } | undefined;
}

/** What is remembered of a client. */
export interface GovernedClient {
  readonly backend: string;
  /** Round of the last move; null: it was never moved. */
  readonly movedInRound: number | null;
  /** Forecast seconds of a step on `backend`; 0 where there is no forecast. */
  readonly secondsPerStep: number;
  /** Whether a training has ended on `backend` since the client began with it. */
  readonly isWarm: boolean;
  readonly known: ReadonlyMap<string, KnownBackend>;
}

/** The median of the last so many trainings counts. */
const REMEMBERED_TRAININGS = 5;
/** With fewer than these the forecast stands: one slow training moves nobody. */
const LEAST_TRAININGS = 3;
/** Beyond a hundredth or a hundred times its forecast a time is a slip or a lie, and taken for that much. */
const GREATEST_RATIO = 100;
/** A reason lies in every plan until the back-end is tried again. */
const LONGEST_REASON = 200;

export class BackendGovernor {
  readonly #settings: GovernorSettings;
  readonly #clients: Map<string, GovernedClient>;

  /** @param remembered as `memory` gave it: the governor goes on from there. */
  constructor(settings: GovernorSettings, remembered: ReadonlyMap<string, GovernedClient> = new Map()) {
    this.#settings = settings;
    this.#clients = new Map(remembered);
  }

  /** All that it remembers, by the clients' ids. */
  memory(): ReadonlyMap<string, GovernedClient> {
    return new Map(this.#clients);
  }

  /** What a client was last told to train with. */
  backendOf(clientId: string): string | undefined {
    return this.#clients.get(clientId)?.backend;
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
    const before = this.#clients.get(clientId);
    const known = this.#knownOf(before, options, round);
    const current = options.some(({ backend }) => backend === before?.backend) ? before?.backend : undefined;
    const movedInRound = before?.movedInRound ?? null;
    const decision = decideBackend(
      {
        ...{ client, options, current },
        isInWindow: movedInRound !== null && round - movedInRound < this.#settings.windowRounds,
        ratios: this.#settings.isMeasured ? mediansOf(known) : new Map(),
        broken: new Map([...known].flatMap(([name, { broken }]) => (broken ? [[name, broken.why] as const] : []))),
      },
      question,
      this.#settings,
    );
    const chosen = decision.estimates.find(({ backend }) => backend === decision.backend);
    this.#clients.set(clientId, {
      known,
      backend: decision.backend,
      movedInRound: decision.from === undefined ? movedInRound : round,
      secondsPerStep: chosen && !("unusable" in chosen) ? chosen.secondsPerStep : 0,
      isWarm: decision.backend === current && (before?.isWarm ?? false),
    });
    return decision;
  }

  /** Nothing is remembered of the client any more. */
  forget(clientId: string): void {
    this.#clients.delete(clientId);
  }

  /** The client has started anew: its next training warms up again. */
  restarted(clientId: string): void {
    this.#change(clientId, () => ({ isWarm: false }));
  }

  /**
   * A training has ended well. How long it took counts only where measured trainings do, if it was on what the client is to train with
   * now, and not for the first one there, which compiles.
   */
  succeeded(
    clientId: string,
    training: { readonly backend: string | undefined; readonly computeSeconds: number; readonly stepCount: number },
  ): void {
    const { backend, computeSeconds, stepCount } = training;
    this.#change(clientId, ({ backend: current, known, isWarm, secondsPerStep }) => {
      if (backend !== current) return {};
      const ratio = computeSeconds / stepCount / secondsPerStep;
      const counts = this.#settings.isMeasured && isWarm && ratio > 0 && ratio < Number.POSITIVE_INFINITY;
      const within = Math.min(GREATEST_RATIO, Math.max(1 / GREATEST_RATIO, ratio));
      const change = (one: KnownBackend) => ({
        ...one,
        failures: 0,
        ratios: counts ? [...one.ratios, within].slice(-REMEMBERED_TRAININGS) : one.ratios,
      });
      return { isWarm: true, known: changed(known, backend, change) };
    });
  }

  /**
   * A back-end has cost its client a task.
   *
   * @param most so many times in a row, and it is not used for a window of rounds.
   * @param why a sentence.
   */
  failed(
    clientId: string,
    failure: {
      readonly backend: string | undefined;
      readonly round: number;
      readonly why: string;
      readonly most: number;
    },
  ): void {
    const { backend, round, most, why } = failure;
    if (backend === undefined) return;
    this.#change(clientId, ({ known }) => ({
      known: changed(known, backend, (one) => {
        const failures = one.failures + 1;
        return { ...one, failures, ...(failures >= most && { broken: { round, why: why.slice(0, LONGEST_REASON) } }) };
      }),
    }));
  }

  /** What is still true of the back-ends that are offered now. */
  #knownOf(
    before: GovernedClient | undefined,
    options: readonly BackendOption[],
    round: number,
  ): GovernedClient["known"] {
    const { windowRounds } = this.#settings;
    return new Map(
      options.map(({ backend, device }) => {
        const old = before?.known.get(backend);
        const text = JSON.stringify(device);
        if (old?.device !== text) return [backend, { device: text, ratios: [], failures: 0 }];
        const isOver = old.broken !== undefined && round - old.broken.round > windowRounds;
        return [backend, isOver ? { ...old, failures: 0, broken: undefined } : old];
      }),
    );
  }

  #change(clientId: string, change: (client: GovernedClient) => Partial<GovernedClient>): void {
    const client = this.#clients.get(clientId);
    if (client) this.#clients.set(clientId, { ...client, ...change(client) });
  }
}

function changed(
  known: GovernedClient["known"],
  backend: string,
  change: (one: KnownBackend) => KnownBackend,
): GovernedClient["known"] {
  const one = known.get(backend);
  return one ? new Map(known).set(backend, change(one)) : known;
}

function mediansOf(known: GovernedClient["known"]): ReadonlyMap<string, number> {
  return new Map(
    [...known].flatMap(([backend, { ratios }]) =>
      ratios.length >= LEAST_TRAININGS ? [[backend, median([...ratios])] as const] : [],
    ),
  );
}
