// A journal as if it had been written in one go: what a restart has overruled is left out.

import type { JournalRecord } from "./events.ts";

/** The records that still hold. Of a round that was planned anew after a restart only the later attempt is left. */
export function effectiveRecords(records: readonly JournalRecord[]): readonly JournalRecord[] {
  let kept: JournalRecord[] = [];
  for (const record of records) {
    if (record.type === "run-resumed") {
      const { nextRound, continuesRound } = record;
      kept = kept.filter((earlier) => !isOverruled(earlier, nextRound, continuesRound));
    }
    kept.push(record);
  }
  return kept;
}

function isOverruled(record: JournalRecord, nextRound: number, continuesRound: boolean): boolean {
  const round = roundOf(record);
  if (record.type === "run-finished") return true;
  if (round === undefined || round < nextRound) return false;
  return round > nextRound || !continuesRound || record.type === "round-finished";
}

function roundOf(record: JournalRecord): number | undefined {
  switch (record.type) {
    case "round-planned":
      return record.plan.round;
    case "round-finished":
      return record.outcome.round;
    case "round-clock-started":
    case "update-accepted":
    case "client-ended":
    case "secure-round-ended":
      return record.round;
    default:
      return undefined;
  }
}
