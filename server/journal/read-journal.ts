// Reads a run log back, line by line, for reports and for those who score forecasts afterwards.

import { createReadStream } from "node:fs";
import { z } from "zod";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { describeIssues } from "../../protocol/parse-message.ts";
import type { JournalRecord } from "./events.ts";

const LINE_END = 0x0a;

/** What every record must have; the rest is trusted, since only the aggregator writes the file. */
const essentials = z.discriminatedUnion("type", [
  record("run-started", { runName: z.string(), config: z.looseObject({}) }),
  record("client-registered", { clientId: z.string(), device: z.looseObject({}) }),
  record("client-disconnected", { clientId: z.string() }),
  record("message-refused", { code: z.string(), reason: z.string() }),
  record("client-doubted", { clientId: z.string(), doubts: z.array(z.string()) }),
  record("round-planned", { plan: z.looseObject({ round: z.int(), decisions: z.array(z.looseObject({})) }) }),
  record("round-clock-started", { round: z.int() }),
  record("update-accepted", { round: z.int(), clientId: z.string(), sha256: z.string() }),
  record("client-ended", { round: z.int(), outcome: z.looseObject({ clientId: z.string(), status: z.string() }) }),
  record("secure-round-ended", { round: z.int(), survivorClientIds: z.array(z.string()) }),
  record("round-finished", { outcome: z.looseObject({ round: z.int(), metrics: z.looseObject({}) }) }),
  record("run-resumed", { nextRound: z.int(), continuesRound: z.boolean() }),
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

/** Where to begin in a journal. */
export interface JournalPlace {
  /** Bytes before the first line that is read. */
  readonly byteOffset: number;
  /** Sequence number of that line. */
  readonly sequence: number;
}

export interface PlacedRecord {
  readonly record: JournalRecord;
  /** The place right behind it. */
  readonly end: JournalPlace;
}

const START: JournalPlace = { byteOffset: 0, sequence: 0 };

/**
 * Reads a journal record by record, so that memory does not grow with it. A torn last line, as a crash leaves it, is not yielded
 * but returned in words.
 *
 * @throws {ProbSelectError} server.malformed-journal with the line's number, if a line that is not the last is torn, or a
 * line lacks what its type must have, or sequence numbers do not count up.
 */
export async function* readRecords(
  path: string,
  from: JournalPlace = START,
): AsyncGenerator<PlacedRecord, string | undefined, void> {
  let { byteOffset, sequence } = from;
  let torn: { readonly lineNumber: number; readonly problem: string } | undefined;
  for await (const { line, byteLength, isWhole } of linesOf(path, byteOffset)) {
    byteOffset += byteLength;
    if (line.trim() === "") continue;
    if (torn) throw malformed(path, torn.lineNumber, torn.problem);
    const lineNumber = sequence + 1;
    const value = parseJson(line);
    if (value.kind === "torn") {
      torn = { lineNumber, problem: value.problem };
      continue;
    }
    // A record without its line end was cut off: what follows would be glued to it.
    if (!isWhole) {
      torn = { lineNumber, problem: "its line has no end" };
      continue;
    }
    const parsed = essentials.safeParse(value.json);
    if (!parsed.success) throw malformed(path, lineNumber, describeIssues(parsed.error));
    if (parsed.data.sequence !== sequence) {
      throw malformed(path, lineNumber, `its sequence number is ${parsed.data.sequence} instead of ${sequence}`);
    }
    sequence++;
    yield { record: value.json as JournalRecord, end: { byteOffset, sequence } };
  }
  if (!torn) return undefined;
  return `${path}:${torn.lineNumber}: the last line is incomplete and was skipped (the run was cut off while writing).`;
}

/** Reads a whole journal. @throws {ProbSelectError} as `readRecords`. */
export async function readJournal(path: string): Promise<ReadJournal> {
  const records: JournalRecord[] = [];
  const reading = readRecords(path);
  for (;;) {
    const next = await reading.next();
    if (next.done) return { records, warnings: next.value === undefined ? [] : [next.value] };
    records.push(next.value.record);
  }
}

interface Line {
  readonly line: string;
  /** With its end. */
  readonly byteLength: number;
  /** False for a last line without its end. */
  readonly isWhole: boolean;
}

async function* linesOf(path: string, start: number): AsyncGenerator<Line, void, void> {
  let pieces: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      pieces.push(chunk.subarray(from, end + 1));
      from = end + 1;
      const whole = Buffer.concat(pieces);
      pieces = [];
      yield { line: whole.toString("utf8"), byteLength: whole.byteLength, isWhole: true };
    }
    if (from < chunk.byteLength) pieces.push(chunk.subarray(from));
  }
  const rest = Buffer.concat(pieces);
  if (rest.byteLength > 0) yield { line: rest.toString("utf8"), byteLength: rest.byteLength, isWhole: false };
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
