// One client through a whole run: where it stood in every round, and why it was no candidate where it was none.

import type { SelectionDecision } from "../../selection/types.ts";
import { asPlanned } from "../../server/journal/as-planned.ts";
import type { JournalRecord } from "../../server/journal/events.ts";
import type { ClientOutcome, RoundOutcome } from "../../server/rounds/types.ts";
import type { EventOf, RoundData, RunData } from "./run-data.ts";

export type Registration = EventOf<"client-registered">;

/** What became of the device-seconds; "undecided" where the journal ends before the round does. */
export type DeviceTimeUse = "useful" | "wasted" | "undecided";

export type Absence =
  | { readonly cause: "registered-later"; readonly secondsAfterPlan: number }
  | { readonly cause: "disconnected"; readonly secondsBeforePlan: number; readonly disconnection: string }
  /** It still had its task of that round. */
  | { readonly cause: "at-work"; readonly sinceRound: number }
  /** The journal has no trace of it, or does not tell why it was left out. */
  | { readonly cause: "not-connected" };

export interface CandidateStanding {
  readonly kind: "candidate";
  readonly decision: SelectionDecision;
  /** Null for a skipped client, and for one that was still at work when the journal ended. */
  readonly outcome: ClientOutcome | null;
  /** Null without an outcome. */
  readonly use: DeviceTimeUse | null;
}

export type Standing =
  | CandidateStanding
  | { readonly kind: "unforecastable"; readonly reason: string }
  | { readonly kind: "absent"; readonly absence: Absence };

export interface ClientRoundEntry {
  readonly round: RoundData;
  /** As it was registered when the round was planned; null if it was not yet. */
  readonly registration: Registration | null;
  readonly standing: Standing;
}

export interface ClientHistory {
  readonly clientId: string;
  /** The last one; null where the journal has none. */
  readonly registration: Registration | null;
  readonly rounds: readonly ClientRoundEntry[];
}

/** @param records those of which `run` was collected: a run's data does not keep their order. */
export function clientHistory(records: readonly JournalRecord[], run: RunData, clientId: string): ClientHistory {
  const connections = connectionsAtPlans(records, clientId);
  return {
    clientId,
    registration: run.registrations.find((registration) => registration.clientId === clientId) ?? null,
    rounds: run.rounds.map((round) => {
      const connection = connections.get(round.round) ?? { registration: null, absence: { cause: "not-connected" } };
      return {
        round,
        registration: connection.registration,
        standing: standingIn(round, clientId, connection.absence),
      };
    }),
  };
}

function standingIn(round: RoundData, clientId: string, absence: Absence): Standing {
  const client = round.clients.find((candidate) => candidate.clientId === clientId);
  if (client) {
    const { decision, outcome = null, endRound = round.outcome } = client;
    return { kind: "candidate", decision, outcome, use: outcome && useOf(outcome, endRound) };
  }
  const unforecastable = round.plan.unforecastable?.find((entry) => entry.clientId === clientId);
  if (unforecastable) return { kind: "unforecastable", reason: unforecastable.reason };
  const work = round.plan.atWork?.find((entry) => entry.clientId === clientId);
  return { kind: "absent", absence: work ? { cause: "at-work", sinceRound: work.round } : absence };
}

/** As the round's figures count it: only a completed client's work can be useful, and only in a round that made a new model. */
function useOf({ status }: ClientOutcome, endRound: RoundOutcome | null): DeviceTimeUse {
  if (status !== "completed") return "wasted";
  if (endRound === null) return "undecided";
  return endRound.status === "aggregated" ? "useful" : "wasted";
}

interface Connection {
  readonly registration: Registration | null;
  /** Why it would not be connected. */
  readonly absence: Absence;
}

/** For each planned round what the journal had said of the client by then. */
function connectionsAtPlans(records: readonly JournalRecord[], clientId: string): ReadonlyMap<number, Connection> {
  const connections = new Map<number, Connection>();
  const firstSeconds = secondsOf(
    records.find((record) => record.type === "client-registered" && record.clientId === clientId),
  );
  let registration: Registration | null = null;
  let disconnected: Extract<JournalRecord, { readonly type: "client-disconnected" }> | null = null;
  for (const record of records) {
    if (record.type === "client-registered" && record.clientId === clientId) {
      registration = record;
      disconnected = null;
    } else if (record.type === "client-disconnected" && record.clientId === clientId) {
      disconnected = record;
    } else if (record.type === "round-planned") {
      if (registration) registration = asPlanned(registration, record.plan);
      const plannedSeconds = secondsOf(record);
      const absence = absenceBy(plannedSeconds, { isRegistered: registration !== null, disconnected, firstSeconds });
      connections.set(record.plan.round, { registration, absence });
    }
  }
  return connections;
}

function absenceBy(
  plannedSeconds: number,
  known: {
    readonly isRegistered: boolean;
    readonly disconnected: { readonly time: string; readonly reason: string } | null;
    /** NaN: it never registered. */
    readonly firstSeconds: number;
  },
): Absence {
  const { isRegistered, disconnected, firstSeconds } = known;
  if (disconnected) {
    const secondsBeforePlan = plannedSeconds - secondsOf(disconnected);
    return { cause: "disconnected", secondsBeforePlan, disconnection: disconnected.reason };
  }
  if (isRegistered || Number.isNaN(firstSeconds)) return { cause: "not-connected" };
  return { cause: "registered-later", secondsAfterPlan: firstSeconds - plannedSeconds };
}

function secondsOf(record: { readonly time: string } | undefined): number {
  return record === undefined ? Number.NaN : Date.parse(record.time) / 1000;
}
