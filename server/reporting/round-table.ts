// The table that ends a round: one row a candidate with its forecast, the decision, and what became of it.

import { counted } from "../../foundation/counted.ts";
import type { ResolvedDevice, SelectionDecision } from "../../selection/types.ts";
import type { ClientOutcome, RoundOutcome, RoundPlan } from "../rounds/types.ts";
import { formatShare, NO_VALUE, plainText } from "./format-quantities.ts";
import { type Paint, statusStyles } from "./paint.ts";
import { formatPlainTable, type PlainColumn, tableWidth } from "./plain-table.ts";
import { actualWords, forecastWords, tierWords, whyWords } from "./words.ts";

/** Rows beyond this many are summed up in one line, so that a fleet of thousands stays readable. */
const MAXIMUM_ROWS = 40;
/** The names give way when the terminal is narrow, in these steps; then whole columns go, those that say least first. */
const nameWidthSteps = [
  ["client", 18],
  ["GPU", 16],
  ["client", 12],
  ["GPU", 12],
] as const;
const dispensable = ["tier", "decision", "forecast"];

export interface RoundTableInput {
  readonly plan: RoundPlan;
  readonly outcome: Pick<RoundOutcome, "clients">;
  readonly deviceOf: (clientId: string) => ResolvedDevice | undefined;
  readonly width: number;
  readonly paint: Paint;
}

interface Column extends Omit<PlainColumn, "width"> {
  readonly cellOf: (row: Row, plan: RoundPlan) => string;
  /** So that the columns stand still from round to round. */
  readonly leastWidth: number;
}

interface Row {
  readonly decision: SelectionDecision;
  readonly device: ResolvedDevice | undefined;
  readonly outcome: ClientOutcome | undefined;
}

function column(title: string, align: Column["align"], cellOf: Column["cellOf"], leastWidth = title.length): Column {
  return { title, align, cellOf, leastWidth };
}

const allColumns: readonly Column[] = [
  column("client", "left", ({ decision }) => plainText(decision.clientId)),
  column("GPU", "left", ({ device }) => plainText(deviceName(device))),
  column("tier", "left", ({ decision }) => tierWords[decision.forecast.tier]),
  column("p", "right", ({ decision }) => formatShare(decision.forecast.deadlineProbability)),
  column("forecast", "right", ({ decision }) => forecastWords(decision.forecast)),
  column("actual", "right", ({ outcome }) => (outcome ? actualWords(outcome) : NO_VALUE), 7),
  column("decision", "left", ({ decision }) => (decision.selected ? "selected" : "skipped")),
  column("why", "left", ({ decision }, plan) => whyWords(decision, plan), 11),
  column("outcome", "left", (row, plan) => outcomeWord(row, plan), 12),
];

function outcomeWord({ decision, outcome }: Row, { atWork }: RoundPlan): string {
  if (outcome) return outcome.status;
  return decision.selected && atWork !== undefined ? "works on" : NO_VALUE;
}

function deviceName(device: ResolvedDevice | undefined): string {
  return device?.kind === "known" ? device.device.name : (device?.reportedName ?? NO_VALUE);
}

/** The table's lines, each at most `width` columns wide, without a newline at the end. */
export function formatRoundTable(input: RoundTableInput): string {
  const { plan, outcome, deviceOf, paint, width } = input;
  const outcomes = new Map(outcome.clients.map((client) => [client.clientId, client]));
  const rows = rowsToShow(plan.decisions).map((decision): Row => {
    const { clientId } = decision;
    return { decision, device: deviceOf(clientId), outcome: outcomes.get(clientId) };
  });
  const columns = fitColumns(rows, plan, width);
  const cells = rows.map((row) => columns.map((item) => paintCell(item.title, item.cellOf(row, plan), row, paint)));
  return formatPlainTable(columns, cells, paint, describeHidden(plan, rows.length));
}

function rowsToShow(decisions: readonly SelectionDecision[]): readonly SelectionDecision[] {
  if (decisions.length <= MAXIMUM_ROWS) return decisions;
  const selectedFirst = [...decisions].sort((first, second) => Number(second.selected) - Number(first.selected));
  return selectedFirst.slice(0, MAXIMUM_ROWS);
}

function paintCell(title: string, cell: string, { decision, outcome }: Row, paint: Paint): string {
  if (!decision.selected) return paint("dim", cell);
  return title === "outcome" && outcome ? paint(statusStyles[outcome.status], cell) : cell;
}

type FittedColumn = Column & PlainColumn;

/** The most columns that fit, each as wide as its widest cell, the names perhaps cut. */
function fitColumns(rows: readonly Row[], plan: RoundPlan, available: number): readonly FittedColumn[] {
  const natural = allColumns.map((item): FittedColumn => {
    const widths = rows.map((row) => item.cellOf(row, plan).length);
    return { ...item, width: Math.max(item.leastWidth, ...widths) };
  });
  let fitted = shrinkNames(natural, available);
  for (let dropped = 1; dropped <= dispensable.length && tableWidth(fitted) > available; dropped++) {
    const kept = natural.filter(({ title }) => !dispensable.slice(0, dropped).includes(title));
    fitted = shrinkNames(kept, available);
  }
  return fitted;
}

function shrinkNames(columns: readonly FittedColumn[], available: number): readonly FittedColumn[] {
  let shrunk = columns;
  for (const [title, least] of nameWidthSteps) {
    const excess = Math.max(0, tableWidth(shrunk) - available);
    shrunk = shrunk.map((item) => {
      if (item.title !== title || item.width <= least) return item;
      return { ...item, width: Math.max(least, item.width - excess) };
    });
  }
  return shrunk;
}

function describeHidden(plan: RoundPlan, shownCount: number): string {
  const hiddenCount = plan.decisions.length - shownCount;
  if (hiddenCount === 0) return "";
  const selectedHidden = plan.decisions.filter(({ selected }) => selected).length - MAXIMUM_ROWS;
  const detail = selectedHidden > 0 ? `${selectedHidden} of them selected` : "all of them skipped";
  return `… and ${counted(hiddenCount, "more client")}, ${detail}; the journal has every one.`;
}
