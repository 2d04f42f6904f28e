// What views say of a round's end, and of those who ended in another round than the one that selected them.

import { counted } from "../../foundation/counted.ts";
import type { ClientOutcome, RoundMetrics, RoundOutcome, RoundPlan } from "../rounds/types.ts";
import { formatLimit, formatSeconds, plainText } from "./format-quantities.ts";
import { actualWords } from "./words.ts";

/** At most so many a round; the journal has all. */
const MAXIMUM_LINES = 8;

/** Where a task of an earlier round comes from. @example ", asked in round 3, 2 versions old" */
export function originWords({ origin }: ClientOutcome, round: number): string {
  if (origin === undefined || origin.round === round) return "";
  return `, asked in round ${origin.round}, ${counted(origin.staleness, "version")} old`;
}

/** What became of a round, in words. @example "2 updates aggregated in 5 s, 0.5 versions old on average; 3 work on" */
export function aggregatedWords(metrics: RoundMetrics, { slo }: RoundPlan): string {
  const { completedCount, selectedCount, roundSeconds, staleness, atWorkCount } = metrics;
  if (atWorkCount === undefined) {
    const counts = `${completedCount} of ${counted(selectedCount, "update")} aggregated`;
    return `${counts} in ${formatSeconds(roundSeconds)} of ${formatLimit(slo.deadlineSeconds)}`;
  }
  const age = staleness === undefined ? "" : `, ${staleness.mean.toFixed(1)} versions old on average`;
  const updates = `${counted(completedCount, "update")} aggregated in ${formatSeconds(roundSeconds)}${age}`;
  return `${updates}; ${atWorkCount} work on`;
}

/** Those whom the table does not have, since an earlier plan selected them; they and their reasons are in the journal. */
export function fromEarlierRounds({ round, clients }: RoundOutcome): readonly string[] {
  const earlier = clients.filter(({ origin }) => origin !== undefined && origin.round !== round);
  const lines = earlier.map((client) => {
    return `  ${plainText(client.clientId)} ${client.status} after ${actualWords(client)}${originWords(client, round)}`;
  });
  const hidden = lines.length - MAXIMUM_LINES;
  return hidden > 0 ? [...lines.slice(0, MAXIMUM_LINES), `  … and ${hidden} more from earlier rounds`] : lines;
}
