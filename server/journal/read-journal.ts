// Reads a run log back, line by line, for reports and for those who score forecasts afterwards.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { describeIssues } from "../../protocol/parse-message.ts";
import type { JournalRecord } from "./events.ts";

/** What every record must have; the rest is trusted, since only the aggregator writes the file. */
const essentials = z.discriminatedUnion("type", [
  record("run-started", { runName: z.string(), config: z.looseObject({}) }),
  record("client-registered", { clientId: z.string(), device: z.looseObject({}) }),
  record("client-disconnected", { clientId: z.string() }),
  record("message-refused", { code: z.string(), reason: z.string() }),
  record("round-planned", { plan: z.looseObject({ round: z.int(), decisions: z.array(z.looseObject({})) }) }),
  record("round-clock-started", { round: z.int() }),
  record("client-ended", { round: z.int(), outcome: z.looseObject({ clientId: z.string(), status: z.string() }) }),
  record("round-finished", { outcome: z.looseObject({ round: z.int(), metrics: z.looseObject({}) }) }),
  record("run-finished", { reason: z.string(), summary: z.looseObject({}) }),
]);

function record<Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, shape: Shape) {
  return z.looseObject({ type: z.literal(type), sequence: z.int().min(0), time: z.iso.datetime(), ...shape });
}

export interface ReadJournal {
  readonly records: readonly JournalRecord[];
  /** Sentences; a torn last line, as a crash leaves it, is skipped with one. */
  readonly warnings: readonly string[];
}

/**
 * Reads a whole journal.
 *
 * @throws {ProbSelectError} server.malformed-journal with the line's number, if a line that is not the last is torn, or a
 * line lacks what its type must have, or sequence numbers do not count up.
 */
export async function readJournal(path: string): Promise<ReadJournal> {
  const records: JournalRecord[] = [];
  let torn: { readonly lineNumber: number; readonly problem: string } | undefined;
  let lineNumber = 0;
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    lineNumber++;
    if (line.trim() === "") continue;
    if (torn) throw malformed(path, torn.lineNumber, torn.problem);
    const value = parseJson(line);
    if (value.kind === "torn") {
      torn = { lineNumber, problem: value.problem };
      continue;
    }
    const parsed = essentials.safeParse(value.json);
    if (!parsed.success) throw malformed(path, lineNumber, describeIssues(parsed.error));
    if (parsed.data.sequence !== records.length) {
      throw malformed(path, lineNumber, `its sequence number is ${parsed.data.sequence} instead of ${records.length}`);
    }
    records.push(value.json as JournalRecord);
  }
  const warnings = torn
    ? [`${path}:${torn.lineNumber}: the last line is incomplete and was skipped (the run was cut off while writing).`]
    : [];
  return { records, warnings };
}

type ParsedLine = { kind: "json"; json: unknown } | { kind: "torn"; problem: string };

function parseJson(line: string): ParsedLine {
  try {
    return { kind: "json", json: JSON.parse(line) };
  } catch (thrown) {
    return { kind: "torn", problem: messageOf(thrown) };
  }
}

function malformed(path: string, lineNumber: number, problem: string): ProbSelectError {
  return new ProbSelectError(
    "server.malformed-journal",
    `${path}:${lineNumber}: ${problem}. Is this a ProbSelect run log? If it was edited, restore the line.`,
  );
}
