// A client's run for people: a row for each round, then how often it was selected, what was promised and what was kept.

import { counted } from "../../foundation/counted.ts";
import {
  formatCount,
  formatLimit,
  formatSeconds,
  formatShare,
  NO_VALUE,
  plainText,
} from "../../server/reporting/format-quantities.ts";
import { type Paint, statusStyles } from "../../server/reporting/paint.ts";
import { actualWords } from "../../server/reporting/words.ts";
import { clientLines } from "./client-lines.ts";
import { rangesText } from "./find-in-run.ts";
import { type FittedColumn, fittedTable } from "./fitted-table.ts";
import { factLines } from "./forecast-lines.ts";
import type { EntryFacts, HistoryFacts } from "./run-facts.ts";

/** Whole columns go where the terminal is narrow, those that say least first. */
const dispensable = ["policy", "deadline", "use", "decision", "device time"];

type Column = FittedColumn<EntryFacts>;
const column = (title: string, align: Column["align"], cellOf: Column["cellOf"]): Column => ({ title, align, cellOf });

const columns: readonly Column[] = [
  column("round", "right", ({ round }) => String(round)),
  column("policy", "left", ({ policy }) => plainText(policy)),
  column("p", "right", ({ deadlineProbability }) => formatShare(deadlineProbability)),
  column("expected", "right", expectedWords),
  column("deadline", "right", ({ deadlineSeconds }) => formatLimit(deadlineSeconds)),
  column("decision", "left", ({ standing }) =>
    standing === "selected" || standing === "skipped" ? standing : NO_VALUE,
  ),
  column("why", "left", ({ reasonInShort }) => reasonInShort),
  column("outcome", "left", outcomeWord),
  column("actual", "right", ({ outcome }) => (outcome ? actualWords(outcome) : NO_VALUE)),
  column("device time", "right", ({ deviceSeconds }) =>
    deviceSeconds === null ? NO_VALUE : formatSeconds(deviceSeconds),
  ),
  column("use", "left", ({ deviceSeconds, deviceTimeUse }) => (deviceSeconds && deviceTimeUse) || NO_VALUE),
];

/** "~" marks an unknown device, for which it is the catalogue's median. */
function expectedWords({ expectedSeconds, isDeviceUnknown }: EntryFacts): string {
  if (expectedSeconds === null) return NO_VALUE;
  return `${isDeviceUnknown ? "~" : ""}${formatSeconds(expectedSeconds)}`;
}

function outcomeWord({ standing, outcome }: EntryFacts): string {
  if (outcome) return outcome.status;
  return standing === "selected" ? "not known" : NO_VALUE;
}

/**
 * @param width of the terminal, in characters.
 * @param paint `noPaint` for plain text.
 */
export function historyText(facts: HistoryFacts, width: number, paint: Paint): string {
  const { client, rounds, runName } = facts;
  const title = `Client ${plainText(client.clientId)} in run ${plainText(runName)}`;
  const head = [paint("bold", title), ...clientLines(client, paint), ""];
  if (rounds.length === 0) return [...head, "No round was planned yet."].join("\n");
  return [
    ...head,
    fittedTable(
      { columns, rows: rounds, dispensable, width, paintCell: (...cell) => paintCell(...cell, paint) },
      paint,
    ),
    ...noteLines(rounds),
    ...openEnd(facts, paint),
    "",
    ...summaryLines(facts, paint),
    "",
    paint("dim", "Add --round N for one round in full."),
  ].join("\n");
}

function paintCell({ title, cellOf }: Column, entry: EntryFacts, paint: Paint): string {
  const cell = cellOf(entry);
  if (entry.standing !== "selected") return paint("dim", cell);
  if (title === "outcome" && entry.outcome) return paint(statusStyles[entry.outcome.status], cell);
  return title === "use" && entry.deviceTimeUse === "wasted" ? paint("yellow", cell) : cell;
}

/** Each note of a policy once, with its rounds. */
function noteLines(rounds: readonly EntryFacts[]): readonly string[] {
  const notes = new Set(rounds.flatMap(({ selectionNote }) => selectionNote ?? []));
  return [...notes].map((note) => {
    const noted = rounds.filter(({ selectionNote }) => selectionNote === note).map(({ round }) => round);
    return `  round${noted.length === 1 ? "" : "s"} ${rangesText(noted)}: ${plainText(note)}`;
  });
}

function openEnd({ runEnd, rounds }: HistoryFacts, paint: Paint): readonly string[] {
  const last = rounds.at(-1);
  if (runEnd !== null || last === undefined) return [];
  const place = `${last.roundStatus === null ? "in" : "after"} round ${last.round}`;
  return [paint("yellow", `  The journal ends ${place}: the run was cut off, or it is still running.`)];
}

function summaryLines({ summary, rounds }: HistoryFacts, paint: Paint): readonly string[] {
  const { plannedRoundCount, selectedRoundCount, mostFrequentReason } = summary;
  const bold = (count: number) => paint("bold", formatCount(count));
  const planned = `${counted(plannedRoundCount, "round")}`;
  const spent = summary.usefulDeviceSeconds + summary.wastedDeviceSeconds + summary.undecidedDeviceSeconds;
  const wasted = paint("bold", formatSeconds(summary.wastedDeviceSeconds));
  // The words of the last of these rounds stand for all: they may name that round's own deadline.
  const lastOfReason = rounds.find(({ round }) => round === mostFrequentReason?.rounds.at(-1));
  const leftOut = formatCount(plannedRoundCount - selectedRoundCount);
  return [
    ...factLines("selected", `in ${bold(selectedRoundCount)} of ${planned}`),
    ...(selectedRoundCount === 0 ? [] : factLines("on time", onTimeWords(summary, bold))),
    ...(summary.scoredRoundCount === 0 ? [] : factLines("promised", promiseWords(summary))),
    ...(spent === 0 ? [] : factLines("wasted", `${wasted} of ${formatSeconds(spent)} of device time`)),
    ...(mostFrequentReason && lastOfReason
      ? factLines(
          "left out",
          `most often for "${lastOfReason.reasonInShort}": in ${formatCount(mostFrequentReason.rounds.length)} of ${leftOut}`,
        )
      : []),
  ];
}

function onTimeWords(summary: HistoryFacts["summary"], bold: (count: number) => string): string {
  const { selectedRoundCount, endedRoundCount, onTimeRoundCount, surplusRoundCount } = summary;
  if (endedRoundCount === 0) return "not known yet: the journal has the end of none";
  const open = selectedRoundCount - endedRoundCount;
  const surplus = surplusRoundCount === 0 ? "" : `, ${formatCount(surplusRoundCount)} surplus`;
  const unknown = open === 0 ? "" : `, the end of ${formatCount(open)} not known`;
  return `in ${bold(onTimeRoundCount)} of ${formatCount(endedRoundCount)}${surplus}${unknown}`;
}

/** What was promised and what came true, where a forecast of time can be scored. */
function promiseWords({ scoredRoundCount, meanDeadlineProbability, onTimeShare }: HistoryFacts["summary"]): string {
  const scored = `${counted(scoredRoundCount, "round")}, completed or late`;
  return `${formatShare(meanDeadlineProbability)} on average, and ${formatShare(onTimeShare)} kept (${scored})`;
}
