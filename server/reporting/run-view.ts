// What a live view knows of a run, folded from its events: the fleet, the round that is open, and the totals so far.

import type { RoundClockDescription } from "../../protocol/messages.ts";
import type { BackendOption } from "../../selection/governor/estimate-backend.ts";
import type { ResolvedDevice } from "../../selection/types.ts";
import type { AggregatorEvent, ClientProgressEvent } from "../journal/events.ts";
import type { ClientOutcome, EvaluationResult, RoundOutcome, RoundPlan } from "../rounds/types.ts";
import type { RunTotals as KeptTotals } from "../run-totals.ts";

export interface OpenRound {
  readonly plan: RoundPlan;
  readonly plannedAtSeconds: number;
  /** When the round's clock began to run; null while an emulated clock is held. */
  readonly clockStartedAtSeconds: number | null;
  readonly progress: ReadonlyMap<string, Pick<ClientProgressEvent, "phase" | "fraction">>;
  readonly outcomes: ReadonlyMap<string, ClientOutcome>;
}

/** Sums over the finished rounds, those before a restart included. */
export interface RunTotals {
  readonly finishedRounds: number;
  /** Those of this start, which alone are in `wallSeconds`. */
  readonly timedRounds: number;
  readonly selectedCount: number;
  readonly completedCount: number;
  readonly usefulDeviceSeconds: number;
  readonly wastedDeviceSeconds: number;
  readonly wallSeconds: number;
  readonly evaluation: EvaluationResult | null;
  /** The evaluation before the last, to show the step. */
  readonly previousEvaluation: EvaluationResult | null;
}

export interface RunView {
  readonly roundCount: number;
  readonly clock: RoundClockDescription;
  readonly devices: ReadonlyMap<string, ResolvedDevice>;
  /** The other devices of clients that can train in several ways, by back-end. */
  readonly alternatives: ReadonlyMap<string, readonly BackendOption[]>;
  readonly round: OpenRound | null;
  readonly totals: RunTotals;
}

export const emptyRunView: RunView = {
  roundCount: 0,
  clock: { kind: "wall" },
  devices: new Map(),
  alternatives: new Map(),
  round: null,
  totals: {
    finishedRounds: 0,
    timedRounds: 0,
    selectedCount: 0,
    completedCount: 0,
    usefulDeviceSeconds: 0,
    wastedDeviceSeconds: 0,
    wallSeconds: 0,
    evaluation: null,
    previousEvaluation: null,
  },
};

/**
 * The view after one more event. Pure.
 *
 * @param nowSeconds the viewer's clock when the event came.
 */
export function applyEvent(view: RunView, event: AggregatorEvent, nowSeconds: number): RunView {
  switch (event.type) {
    case "run-started":
      return { ...view, roundCount: event.config.rounds, clock: event.clock };
    case "client-registered":
      return {
        ...view,
        devices: new Map(view.devices).set(event.clientId, event.device),
        alternatives: new Map(view.alternatives).set(event.clientId, event.backends ?? []),
      };
    case "round-planned": {
      const held = view.clock.kind === "emulated";
      return {
        ...view,
        devices: devicesIn(event.plan, view),
        round: {
          plan: event.plan,
          plannedAtSeconds: nowSeconds,
          clockStartedAtSeconds: held ? null : nowSeconds,
          progress: new Map(),
          outcomes: new Map(),
        },
      };
    }
    case "round-finished":
      return { ...view, round: null, totals: addRound(view.totals, event.outcome, event.wallSeconds) };
    case "run-resumed":
      return { ...view, totals: event.totals ? resumedTotals(event.totals) : view.totals };
    case "run-finished":
      return { ...view, round: null };
    default:
      return view.round ? { ...view, round: applyToRound(view.round, event, nowSeconds) } : view;
  }
}

/** The devices of a round's clients: some may have moved to another back-end. */
function devicesIn({ backendDecisions = [] }: RoundPlan, { devices, alternatives }: RunView): RunView["devices"] {
  const chosen = backendDecisions.flatMap(({ clientId, backend }) => {
    const option = alternatives.get(clientId)?.find((offered) => offered.backend === backend);
    return option ? [[clientId, option.device] as const] : [];
  });
  return chosen.length === 0 ? devices : new Map([...devices, ...chosen]);
}

function applyToRound(round: OpenRound, event: AggregatorEvent, nowSeconds: number): OpenRound {
  if (event.type === "round-clock-started") return { ...round, clockStartedAtSeconds: nowSeconds };
  if (event.type === "client-ended") {
    return { ...round, outcomes: new Map(round.outcomes).set(event.outcome.clientId, event.outcome) };
  }
  if (event.type === "client-progress" && isOfRound(round.plan, event)) {
    const { phase, fraction } = event;
    return { ...round, progress: new Map(round.progress).set(event.clientId, { phase, fraction }) };
  }
  return round;
}

/** Whether it is about a task of this round, or of an earlier one that goes on in it. */
function isOfRound({ round, atWork = [] }: RoundPlan, event: ClientProgressEvent): boolean {
  if (event.round === round) return true;
  return atWork.some((work) => work.clientId === event.clientId && work.round === event.round);
}

/** How long the earlier rounds took nobody knows here: their time includes waits for clients. */
function resumedTotals({ rounds: finishedRounds, ...sums }: KeptTotals): RunTotals {
  const { selectedCount, completedCount, usefulDeviceSeconds, wastedDeviceSeconds, evaluation } = sums;
  const counts = { finishedRounds, selectedCount, completedCount, usefulDeviceSeconds, wastedDeviceSeconds };
  return { ...emptyRunView.totals, ...counts, evaluation };
}

function addRound(totals: RunTotals, { metrics, evaluation }: RoundOutcome, wallSeconds: number): RunTotals {
  return {
    finishedRounds: totals.finishedRounds + 1,
    timedRounds: totals.timedRounds + 1,
    selectedCount: totals.selectedCount + metrics.selectedCount,
    completedCount: totals.completedCount + metrics.completedCount,
    usefulDeviceSeconds: totals.usefulDeviceSeconds + metrics.usefulDeviceSeconds,
    wastedDeviceSeconds: totals.wastedDeviceSeconds + metrics.wastedDeviceSeconds,
    wallSeconds: totals.wallSeconds + wallSeconds,
    evaluation: evaluation ?? totals.evaluation,
    previousEvaluation: evaluation ? totals.evaluation : totals.previousEvaluation,
  };
}

/** Seconds on the round's clock: real ones, or emulated ones since the clock was let go. */
export function roundSeconds(round: OpenRound, clock: RoundClockDescription, nowSeconds: number): number {
  if (round.clockStartedAtSeconds === null) return 0;
  const rate = clock.kind === "emulated" ? clock.emulatedSecondsPerWallSecond : 1;
  return Math.max(0, nowSeconds - round.clockStartedAtSeconds) * rate;
}
