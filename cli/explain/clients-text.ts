// The clients of a run for people: a row for each, and how to look at one.

import { counted } from "../../foundation/counted.ts";
import { formatCount, formatShare, NO_VALUE, plainText } from "../../server/reporting/format-quantities.ts";
import type { Paint } from "../../server/reporting/paint.ts";
import type { ClientInRun, ClientsFacts } from "./clients-facts.ts";
import { type FittedColumn, fittedTable } from "./fitted-table.ts";

const dispensable = ["examples", "device", "forecast"];

type Column = FittedColumn<ClientInRun>;
const column = (title: string, align: Column["align"], cellOf: Column["cellOf"]): Column => ({ title, align, cellOf });
const orNone = (value: number | null) => (value === null ? NO_VALUE : formatCount(value));

const columns: readonly Column[] = [
  column("client", "left", ({ clientId }) => plainText(clientId)),
  column("device", "left", ({ deviceName }) => (deviceName === null ? NO_VALUE : plainText(deviceName))),
  column("examples", "right", ({ exampleCount }) => orNone(exampleCount)),
  column("forecast", "right", ({ forecastRoundCount }) => formatCount(forecastRoundCount)),
  column("selected", "right", ({ selectedRoundCount }) => formatCount(selectedRoundCount)),
  column("on time", "right", onTimeWords),
  column("mean p", "right", ({ meanDeadlineProbability }) => formatShare(meanDeadlineProbability)),
];

/** "4 of 5"; none was asked of a client that was never selected, or whose end the journal does not have. */
function onTimeWords({ onTimeRoundCount, endedRoundCount }: ClientInRun): string {
  return endedRoundCount === 0 ? NO_VALUE : `${formatCount(onTimeRoundCount)} of ${formatCount(endedRoundCount)}`;
}

/**
 * @param width of the terminal, in characters.
 * @param paint `noPaint` for plain text.
 */
export function clientsText(
  { clients, runName, plannedRoundCount }: ClientsFacts,
  width: number,
  paint: Paint,
): string {
  const title = paint("bold", `The clients of run ${plainText(runName)}`);
  const [first] = clients;
  if (first === undefined) return `${title}\n\nNo client has registered yet.`;
  const planned =
    plannedRoundCount === 0
      ? "No round was planned yet."
      : `Of ${counted(plannedRoundCount, "round")} planned so far: in how many each was forecast, and selected; p is the forecast probability to be on time.`;
  const example = plainText(first.clientId);
  return [
    title,
    "",
    fittedTable({ columns, rows: clients, dispensable, width }, paint),
    "",
    planned,
    paint("dim", `Add --client ID for all rounds of one and why it was or was not selected, as --client ${example}.`),
  ].join("\n");
}
