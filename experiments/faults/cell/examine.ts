// What a finished run says of itself: which model it ended with, whether an accepted update was lost, whether one counts twice.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { effectiveRecords } from "../../../server/journal/effective-records.ts";
import type { JournalRecord } from "../../../server/journal/events.ts";
import { readJournal } from "../../../server/journal/read-journal.ts";
import type { Entry } from "./timeline.ts";

export interface Examination {
  /** SHA-256 of the final model's file. */
  readonly modelSha256: string;
  /** By round, who was selected. */
  readonly selected: ReadonlyMap<number, readonly string[]>;
  /** SHA-256 of each accepted update, by round and client. */
  readonly updates: ReadonlyMap<string, string>;
  /** Of selected clients that did not bring an update into the model: how they ended. */
  readonly misses: readonly string[];
  readonly lostUpdates: number;
  readonly doubleCounted: number;
  /** What was journalled and still holds. */
  readonly records: readonly JournalRecord[];
}

/**
 * @param folder the run's.
 * @param entries of the cell: what the agents were told.
 */
export async function examine(folder: string, entries: readonly Entry[]): Promise<Examination> {
  const records = effectiveRecords((await readJournal(join(folder, "journal.ndjson"))).records);
  const last = records.at(-1);
  if (last?.type !== "run-finished" || last.reason !== "completed" || last.summary.modelFile === null) {
    throw new Error(`The journal ends with ${JSON.stringify(last).slice(0, 300)}, not with a completed run.`);
  }
  const failed = records.find((one) => one.type === "round-finished" && one.outcome.status === "failed");
  if (failed) throw new Error(`A round failed: ${JSON.stringify(failed).slice(0, 600)}`);
  const updates = records.flatMap((one) =>
    one.type === "update-accepted" ? [[keyOf(one.round, one.clientId), one.sha256] as const] : [],
  );
  const accepted = updates.map(([key]) => key);
  const told = entries.flatMap(({ source, line }) =>
    line.type === "task-ended" && line.end.status === "committed" ? [keyOf(line.task.round, source)] : [],
  );
  const counted = records.flatMap((one) => (one.type === "round-finished" ? completedOf(one) : []));
  const inModel = new Set(counted);
  return {
    modelSha256: createHash("sha256")
      .update(await readFile(last.summary.modelFile))
      .digest("hex"),
    selected: new Map(
      records.flatMap((one) => (one.type === "round-planned" ? [[one.plan.round, selectedOf(one)] as const] : [])),
    ),
    updates: new Map(updates),
    misses: records.flatMap((one) => (one.type === "round-finished" ? missesOf(one) : [])),
    lostUpdates: [...new Set([...accepted, ...told])].filter((key) => !inModel.has(key)).length,
    doubleCounted: Math.max(repetitions(accepted), repetitions(counted)),
    records,
  };
}

const keyOf = (round: number, clientId: string): string => `round ${round}, ${clientId}`;

function completedOf({ outcome }: Extract<JournalRecord, { type: "round-finished" }>): readonly string[] {
  return outcome.clients.flatMap(({ clientId, status }) =>
    status === "completed" ? [keyOf(outcome.round, clientId)] : [],
  );
}

function missesOf({ outcome }: Extract<JournalRecord, { type: "round-finished" }>): readonly string[] {
  return outcome.clients.flatMap((client) =>
    client.status === "completed" || client.status === "surplus"
      ? []
      : [`${keyOf(outcome.round, client.clientId)}: ${client.status}, ${client.reason}`],
  );
}

function selectedOf({ plan }: Extract<JournalRecord, { type: "round-planned" }>): readonly string[] {
  return plan.decisions.flatMap(({ clientId, selected }) => (selected ? [clientId] : []));
}

function repetitions(keys: readonly string[]): number {
  return keys.length - new Set(keys).size;
}
