// A run's journal, put in order for reports: rounds with their plans and ends, clients with their registrations, incidents.

import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { disconnectionOfAgent } from "../../protocol/disconnection-words.ts";
import type { SelectionDecision } from "../../selection/types.ts";
import { asPlanned } from "../../server/journal/as-planned.ts";
import { effectiveRecords } from "../../server/journal/effective-records.ts";
import type { JournalEvent, JournalRecord } from "../../server/journal/events.ts";
import type { ClientOutcome, RoundOutcome, RoundPlan } from "../../server/rounds/types.ts";
import { groupBy } from "../forecast-accuracy/group-by.ts";

export type EventOf<Type extends JournalEvent["type"]> = Extract<JournalEvent, { readonly type: Type }>;

/** One candidate in one round: what was forecast and decided, and how it ended if it was selected. */
export interface ClientRound {
  readonly round: number;
  readonly clientId: string;
  readonly decision: SelectionDecision;
  readonly deadlineSeconds: number;
  /** Undefined for a skipped client, and for one that was still at work when the journal broke off. */
  readonly outcome: ClientOutcome | undefined;
  /** How the round ended in which the client did, where that is a later one; null if the journal breaks off in it. */
  readonly endRound?: RoundOutcome | null | undefined;
}

export interface RoundData {
  readonly round: number;
  readonly plan: RoundPlan;
  /** Null if the journal breaks off in this round. */
  readonly outcome: RoundOutcome | null;
  readonly wallSeconds: number | null;
  readonly clients: readonly ClientRound[];
}

export interface Incident {
  readonly time: string;
  /** null: somebody who was not registered. */
  readonly clientId: string | null;
  readonly text: string;
}

export interface RunData {
  readonly started: EventOf<"run-started">;
  readonly startedAt: string;
  readonly lastEventAt: string;
  readonly finished: EventOf<"run-finished"> | null;
  /** The last registration of each client, in the order in which they first came. */
  readonly registrations: readonly EventOf<"client-registered">[];
  readonly rounds: readonly RoundData[];
  readonly incidents: readonly Incident[];
}

/**
 * Reads a run's records, those of a run that was cut off too.
 *
 * @throws {ProbSelectError} server.malformed-journal if there is no run-started record.
 */
export function collectRun(all: readonly JournalRecord[]): RunData {
  const records = effectiveRecords(all);
  const started = recordsOf(records, "run-started")[0];
  if (started === undefined) {
    throw new ProbSelectError(
      "server.malformed-journal",
      `The journal has ${counted(records.length, "record")} but none of type "run-started". Give the journal of a run from its start.`,
    );
  }
  const finished = new Map(recordsOf(records, "round-finished").map((event) => [event.outcome.round, event]));
  const ended = groupBy(endsOf(records), ({ taskRound }) => taskRound);
  return {
    started,
    startedAt: started.time,
    lastEventAt: records.at(-1)?.time ?? started.time,
    finished: recordsOf(records, "run-finished").at(-1) ?? null,
    registrations: latestRegistrations(records),
    rounds: recordsOf(records, "round-planned").map(({ plan }) =>
      collectRound(plan, finished, ended.get(plan.round) ?? []),
    ),
    incidents: incidentsOf(records),
  };
}

function recordsOf<Type extends JournalEvent["type"]>(records: readonly JournalRecord[], type: Type) {
  return records.filter((record): record is Extract<JournalRecord, { readonly type: Type }> => record.type === type);
}

type Registration = EventOf<"client-registered">;

/** One a client: its last, with what it trained with in its last round and every warning of its data, which come once. */
function latestRegistrations(records: readonly JournalRecord[]): readonly Registration[] {
  const latest = new Map<string, Registration>();
  for (const record of records) {
    if (record.type === "client-registered")
      latest.set(record.clientId, withWarnings(record, latest.get(record.clientId)));
    if (record.type !== "round-planned") continue;
    for (const { clientId } of record.plan.backendDecisions ?? []) {
      const registration = latest.get(clientId);
      if (registration) latest.set(clientId, asPlanned(registration, record.plan));
    }
  }
  return [...latest.values()];
}

function withWarnings(registration: Registration, before: Registration | undefined): Registration {
  const warnings = new Set([...(before?.dataWarnings ?? []), ...(registration.dataWarnings ?? [])]);
  return warnings.size === 0 ? registration : { ...registration, dataWarnings: [...warnings] };
}

interface ClientEnd {
  readonly outcome: ClientOutcome;
  readonly round: number;
  /** In which the client was selected: an earlier one where clients work on while rounds go by. */
  readonly taskRound: number;
}

/** How clients ended, in order; the last word on each task counts. */
function endsOf(records: readonly JournalRecord[]): readonly ClientEnd[] {
  const ended = recordsOf(records, "client-ended");
  const finished = recordsOf(records, "round-finished").flatMap(({ outcome: { round, clients } }) =>
    clients.map((outcome) => ({ round, outcome })),
  );
  return [...ended, ...finished].map(({ round, outcome }) => {
    return { round, outcome, taskRound: outcome.origin?.round ?? round };
  });
}

function collectRound(
  plan: RoundPlan,
  finished: ReadonlyMap<number, EventOf<"round-finished">>,
  ended: readonly ClientEnd[],
): RoundData {
  const ends = new Map(ended.map((end) => [end.outcome.clientId, end]));
  const own = finished.get(plan.round);
  return {
    round: plan.round,
    plan,
    outcome: own?.outcome ?? null,
    wallSeconds: own?.wallSeconds ?? null,
    clients: plan.decisions.map((decision): ClientRound => {
      const end = ends.get(decision.clientId);
      return {
        round: plan.round,
        clientId: decision.clientId,
        decision,
        deadlineSeconds: plan.slo.deadlineSeconds,
        outcome: end?.outcome,
        ...(end && end.round !== plan.round && { endRound: finished.get(end.round)?.outcome ?? null }),
      };
    }),
  };
}

function incidentsOf(records: readonly JournalRecord[]): readonly Incident[] {
  const unforecastable = new Map<string, string>();
  return records.flatMap((record) => {
    if (record.type !== "round-planned") return incidentOf(record);
    const { round, unforecastable: candidates = [], backendDecisions = [] } = record.plan;
    const moves = backendDecisions.flatMap(({ clientId, from, reason }) =>
      from === undefined ? [] : [{ time: record.time, clientId, text: `moved in round ${round} to ${reason}` }],
    );
    // Said once and not in every round, unless the reason is another one.
    const news = candidates.filter(({ clientId, reason }) => unforecastable.get(clientId) !== reason);
    const leftOut = news.map(({ clientId, reason }) => {
      unforecastable.set(clientId, reason);
      return { time: record.time, clientId, text: `left out without a forecast from round ${round} on: ${reason}` };
    });
    return [...moves, ...leftOut];
  });
}

function incidentOf(record: JournalRecord): readonly Incident[] {
  const { time } = record;
  switch (record.type) {
    case "client-disconnected":
      return [{ time, clientId: record.clientId, text: `disconnected: ${disconnectionOfAgent(record.reason)}` }];
    case "run-resumed": {
      const text = `the aggregator was started again and went on with round ${record.nextRound}`;
      return [text, ...record.warnings].map((words) => ({ time, clientId: null, text: words }));
    }
    case "message-refused":
      return [{ time, clientId: record.clientId, text: `message refused (${record.code}): ${record.reason}` }];
    case "client-doubted":
      return record.doubts.map((doubt) => ({ time, clientId: record.clientId, text: `doubted: ${doubt}` }));
    case "round-clock-started":
      return record.notReadyClientIds.map((clientId) => {
        return { time, clientId, text: `still training when the clock of round ${record.round} had to start` };
      });
    case "client-ended": {
      const { outcome, round } = record;
      if (outcome.status === "completed" || outcome.status === "late" || outcome.status === "surplus") return [];
      return [{ time, clientId: outcome.clientId, text: `${outcome.status} in round ${round}: ${outcome.reason}` }];
    }
    default:
      return [];
  }
}
