// What the journal says of the time after a checkpoint: who was connected, and how far the next round was.

import { copyFile, stat } from "node:fs/promises";
import { messageOf } from "../../foundation/errors.ts";
import type { AcceptedUpdate, JournalRecord } from "../journal/events.ts";
import { type JournalPlace, readRecords } from "../journal/read-journal.ts";
import type { ClientOutcome, RoundPlan } from "../rounds/types.ts";

/** A round whose plan was made, and which no checkpoint holds. */
export interface OpenRound {
  readonly plan: RoundPlan;
  readonly accepted: ReadonlyMap<string, AcceptedUpdate>;
  /** Of clients that ended without an update. */
  readonly outcomes: ReadonlyMap<string, ClientOutcome>;
  /** Whether an emulated clock had started. */
  readonly isClockStarted: boolean;
  /** By the times of the journal's lines; 0 or more. */
  readonly elapsedWallSeconds: number;
}

export interface JournalTail {
  /** Behind the last record that can be read; undefined: the journal ends before the checkpoint, or is gone. */
  readonly end: JournalPlace | undefined;
  readonly openRound: OpenRound | undefined;
  readonly connected: ReadonlySet<string>;
  /** How the run ended, if it did. */
  readonly finished: "completed" | "interrupted" | "failed" | undefined;
  readonly warnings: readonly string[];
}

interface Folding {
  openRound?: {
    readonly plan: RoundPlan;
    readonly accepted: Map<string, AcceptedUpdate>;
    readonly outcomes: Map<string, ClientOutcome>;
    readonly plannedAt: number;
    startedAt: number | undefined;
    lastAt: number;
  };
  finished: JournalTail["finished"];
  readonly connected: Set<string>;
}

/**
 * @param from where the checkpoint says that the next round begins.
 * @param nextRound that round's number.
 */
export async function replayTail(
  path: string,
  from: { readonly place: JournalPlace; readonly nextRound: number; readonly connected: readonly string[] },
): Promise<JournalTail> {
  const state: Folding = { finished: undefined, connected: new Set(from.connected) };
  const size = await stat(path).then(
    (found) => found.size,
    () => -1,
  );
  if (size < from.place.byteOffset) {
    const warning = `The journal ${path} is ${size < 0 ? "gone" : "shorter than its checkpoint says"}; a new one begins.`;
    return {
      end: undefined,
      openRound: undefined,
      connected: state.connected,
      finished: undefined,
      warnings: [warning],
    };
  }
  const { end, warnings } = await foldRecords(path, from, state);
  return { end, openRound: openRoundOf(state), connected: state.connected, finished: state.finished, warnings };
}

async function foldRecords(path: string, from: Parameters<typeof replayTail>[1], state: Folding) {
  let end = from.place;
  const reading = readRecords(path, from.place);
  try {
    for (;;) {
      const next = await reading.next();
      if (next.done) return { end, warnings: next.value === undefined ? [] : [next.value] };
      fold(state, next.value.record, from.nextRound);
      end = next.value.end;
    }
  } catch (thrown) {
    const copy = `${path}.damaged-${end.byteOffset}`;
    await copyFile(path, copy);
    return { end, warnings: [`${messageOf(thrown)} What follows is not used; the whole file is kept as ${copy}.`] };
  }
}

function fold(state: Folding, record: JournalRecord, nextRound: number): void {
  const at = Date.parse(record.time);
  const { openRound } = state;
  if (openRound && "round" in record && record.round !== nextRound) return;
  switch (record.type) {
    case "client-registered":
      state.connected.add(record.clientId);
      return;
    case "client-disconnected":
      state.connected.delete(record.clientId);
      return;
    case "round-planned":
      if (record.plan.round !== nextRound) return;
      state.openRound = {
        plan: record.plan,
        accepted: new Map(),
        outcomes: new Map(),
        plannedAt: at,
        startedAt: undefined,
        lastAt: at,
      };
      return;
    case "round-clock-started":
      if (openRound) openRound.startedAt = at;
      return;
    case "update-accepted": {
      const { type: _type, sequence: _sequence, time: _time, round: _round, ...update } = record;
      openRound?.accepted.set(update.clientId, update);
      break;
    }
    case "client-ended":
      if (record.outcome.status !== "completed") openRound?.outcomes.set(record.outcome.clientId, record.outcome);
      break;
    case "run-resumed":
      state.finished = undefined;
      if (record.nextRound <= nextRound && !record.continuesRound) delete state.openRound;
      return;
    case "run-finished":
      state.finished = record.reason;
      return;
    default:
      return;
  }
  if (openRound) openRound.lastAt = at;
}

function openRoundOf({ openRound }: Folding): OpenRound | undefined {
  if (!openRound) return undefined;
  const { plan, accepted, outcomes, plannedAt, startedAt, lastAt } = openRound;
  // A client whose update was accepted and could not be aggregated fails again in the same way.
  for (const clientId of accepted.keys()) outcomes.delete(clientId);
  const isClockStarted = startedAt !== undefined;
  return {
    plan,
    accepted,
    outcomes,
    isClockStarted,
    elapsedWallSeconds: Math.max(0, (lastAt - (startedAt ?? plannedAt)) / 1000),
  };
}
