// Finds the journal, the client and the round that `probselect explain --run` asks about, and says what there is where there is none.

import type { ClientHistory, ClientRoundEntry } from "../../experiments/report/client-history.ts";
import type { RunData } from "../../experiments/report/run-data.ts";
import { closestName } from "../../foundation/closest-name.ts";
import { listed } from "../../foundation/listed.ts";
import { plainText } from "../../server/reporting/format-quantities.ts";
import { wrongUsage } from "../wrong-usage.ts";

/** So many clients are listed by name. */
const FEW = 20;

/** @throws {ProbSelectError} cli.wrong-usage, with what was probably meant and what there is, if the run does not have the client. */
export function requireClient(run: RunData, clientId: string | undefined): string {
  const ids = clientIdsOf(run);
  if (clientId === undefined) throw wrongUsage(`--round needs --client ID. ${clientsInWords(ids)}`);
  if (ids.includes(clientId)) return clientId;
  const closest = closestName(clientId, ids);
  throw wrongUsage(
    `The run has no client "${clientId}".${closest === undefined ? "" : ` Did you mean "${plainText(closest)}"?`} ` +
      clientsInWords(ids),
  );
}

/** Everybody whom the journal names, in the order in which they first come. */
export function clientIdsOf(run: RunData): readonly string[] {
  const ids = new Set(run.registrations.map(({ clientId }) => clientId));
  for (const { plan } of run.rounds) {
    for (const { clientId } of [...plan.decisions, ...(plan.unforecastable ?? [])]) ids.add(clientId);
  }
  return [...ids];
}

function clientsInWords(ids: readonly string[]): string {
  if (ids.length === 0) return "No client has registered yet.";
  return `Its client${ids.length === 1 ? " is" : "s are"} ${listed(ids, FEW, plainText)}.`;
}

/** @throws {ProbSelectError} cli.wrong-usage, with what was probably meant and what there is, if the run did not plan the round. */
export function requireRound({ rounds }: ClientHistory, number: number): ClientRoundEntry {
  const found = rounds.find(({ round }) => round.round === number);
  if (found) return found;
  if (rounds.length === 0) throw wrongUsage(`The run has not planned a round yet, so there is no round ${number}.`);
  const planned = rounds.map(({ round }) => round.round);
  // The latest first: of equally near ones it is meant most often.
  const closest = closestName(String(number), planned.map(String).reverse());
  throw wrongUsage(
    `The run has no round ${number}.${closest === undefined ? "" : ` Did you mean ${closest}?`} ` +
      `It planned round${planned.length === 1 ? "" : "s"} ${rangesText(planned)}.`,
  );
}

/** @param numbers ascending. @example rangesText([1, 2, 3, 7]) // "1 to 3, 7" */
export function rangesText(numbers: readonly number[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last.to + 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ");
}
