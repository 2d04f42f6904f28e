// Where a client stood in a round, in a word, in a few characters and in a sentence.

import type { Absence, ClientRoundEntry } from "../../experiments/report/client-history.ts";
import { disconnectionOfAgent } from "../../protocol/disconnection-words.ts";
import { formatSeconds } from "../../server/reporting/format-quantities.ts";
import { whyWords } from "../../server/reporting/words.ts";

export type StandingWord = "selected" | "skipped" | "unforecastable" | "not-connected" | "at-work";

export function standingWord({ standing }: ClientRoundEntry): StandingWord {
  if (standing.kind === "absent") return standing.absence.cause === "at-work" ? "at-work" : "not-connected";
  if (standing.kind === "unforecastable") return "unforecastable";
  return standing.decision.selected ? "selected" : "skipped";
}

/** @example whyInShort(entry) // "p < 80%" */
export function whyInShort({ round, standing }: ClientRoundEntry): string {
  if (standing.kind === "absent") return standing.absence.cause === "at-work" ? "at work" : "not connected";
  if (standing.kind === "unforecastable") return "no forecast";
  return whyWords(standing.decision, round.plan);
}

/** The policy's own sentence where there was something to decide, else why there was not. */
export function standingReason({ round, standing }: ClientRoundEntry): string {
  if (standing.kind === "candidate") return standing.decision.reason;
  if (standing.kind === "unforecastable") return `It was connected but could not be forecast: ${standing.reason}`;
  const { absence } = standing;
  if (absence.cause === "at-work") {
    return `It was at work on its task of round ${absence.sinceRound} when round ${round.round} was planned.`;
  }
  return `It was not connected when round ${round.round} was planned${absenceWords(absence)}.`;
}

function absenceWords(absence: Exclude<Absence, { readonly cause: "at-work" }>): string {
  switch (absence.cause) {
    case "registered-later":
      return `: it registered only ${formatSeconds(absence.secondsAfterPlan)} later`;
    case "disconnected":
      return `: its connection had ended ${formatSeconds(absence.secondsBeforePlan)} before (${disconnectionOfAgent(absence.disconnection)})`;
    case "not-connected":
      return "";
  }
}
