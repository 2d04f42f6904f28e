// Changes to a journal's records for tests: a plan with something more, a client that was not there, a run that was cut off.

import type { JournalRecord } from "../../server/journal/events.ts";
import type { RoundPlan } from "../../server/rounds/types.ts";
import { toRecords } from "./journal-fixture.ts";

/** The records with that round's plan changed. */
export function withPlan(
  records: readonly JournalRecord[],
  round: number,
  change: (plan: RoundPlan) => RoundPlan,
): JournalRecord[] {
  return records.map((record) =>
    record.type === "round-planned" && record.plan.round === round ? { ...record, plan: change(record.plan) } : record,
  );
}

/** The records as if the client had been no candidate in these rounds. The figures of the rounds stay as they are. */
export function withoutClient(
  records: readonly JournalRecord[],
  clientId: string,
  rounds: readonly number[],
): JournalRecord[] {
  const others = <Item extends { readonly clientId: string }>(items: readonly Item[]) =>
    items.filter((item) => item.clientId !== clientId);
  const kept = records.flatMap((record): JournalRecord[] => {
    if (record.type === "round-planned" && rounds.includes(record.plan.round)) {
      return [{ ...record, plan: { ...record.plan, decisions: others(record.plan.decisions) } }];
    }
    if (record.type === "round-finished" && rounds.includes(record.outcome.round)) {
      return [{ ...record, outcome: { ...record.outcome, clients: others(record.outcome.clients) } }];
    }
    const isItsEnd = record.type === "client-ended" && record.outcome.clientId === clientId;
    return isItsEnd && rounds.includes(record.round) ? [] : [record];
  });
  return toRecords(kept);
}

/** The records as if the client had registered right after that round's plan, in which it is then no candidate. */
export function joiningAfter(records: readonly JournalRecord[], clientId: string, round: number): JournalRecord[] {
  const isItsRegistration = (record: JournalRecord) =>
    record.type === "client-registered" && record.clientId === clientId;
  const registration = records.filter(isItsRegistration);
  const rounds = Array.from({ length: round }, (_, index) => index + 1);
  const moved = records
    .filter((record) => !isItsRegistration(record))
    .flatMap((record) =>
      record.type === "round-planned" && record.plan.round === round ? [record, ...registration] : [record],
    );
  return withoutClient(toRecords(moved), clientId, rounds);
}

/** The records up to the first that `isLast` holds for, that one included. */
export function cutOffAfter(
  records: readonly JournalRecord[],
  isLast: (record: JournalRecord) => boolean,
): JournalRecord[] {
  return records.slice(0, records.findIndex(isLast) + 1);
}

/** The text of the journal's file. */
export function journalText(records: readonly JournalRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}
