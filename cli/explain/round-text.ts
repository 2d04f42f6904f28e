// One round of one client for people: what was forecast, how it was chosen, what would have changed that, and what happened.

import { counted } from "../../foundation/counted.ts";
import { formatProbability, formatSeconds } from "../../selection/quantities.ts";
import { formatCount, formatShare, plainText } from "../../server/reporting/format-quantities.ts";
import { type Paint, statusStyles } from "../../server/reporting/paint.ts";
import { clientLines, workLines } from "./client-lines.ts";
import { partLines, probabilityLines, verdictLine } from "./forecast-lines.ts";
import type { RoundPlace } from "./round-place.ts";
import type { RoundFacts } from "./run-facts.ts";

/** @param paint `noPaint` for plain text. */
export function roundText(facts: RoundFacts, paint: Paint): string {
  const { client, round, runName, policy } = facts;
  const title = `Client ${plainText(client.clientId)} in round ${round} of run ${plainText(runName)}`;
  const section = (heading: string, lines: readonly string[]) => ["", paint("bold", heading), ...lines];
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  return [
    `${paint("bold", title)}: ${answer(facts, paint)}`,
    ...section("The client", [...clientLines(client, paint), ...workLines(facts)]),
    ...forecastSections(facts, section, paint),
    ...section(`The choice of ${plainText(policy)}`, indented(choiceLines(facts, paint))),
    ...section("What happened", indented([...outcomeLines(facts, paint), roundLine(facts)])),
  ].join("\n");
}

/** The answer in two words. @example "selected, late" */
function answer({ standing, outcome }: RoundFacts, paint: Paint): string {
  if (standing !== "selected") return paint(standing === "skipped" ? "red" : "yellow", standing.replace("-", " "));
  return [paint("green", standing), ...(outcome ? [paint(statusStyles[outcome.status], outcome.status)] : [])].join(
    ", ",
  );
}

function forecastSections(
  { forecast, deadlineSeconds, minimumProbability, isProbabilityAskedFor, policy }: RoundFacts,
  section: (heading: string, lines: readonly string[]) => readonly string[],
  paint: Paint,
): readonly string[] {
  if (forecast === null) return [];
  const asked = isProbabilityAskedFor
    ? `, asked for: ${formatProbability(minimumProbability)}`
    : `; ${plainText(policy)} asks for no minimum`;
  return [
    ...section("The round, if utilisation is as expected", partLines(forecast, deadlineSeconds, paint)),
    ...section(
      "The probability",
      probabilityLines(forecast, deadlineSeconds, asked).map((line) => `  ${line}`),
    ),
  ];
}

function choiceLines(facts: RoundFacts, paint: Paint): readonly string[] {
  const { standing, reason, selectionNote } = facts;
  const note = selectionNote === null ? [] : [`${paint("yellow", "note")} ${plainText(selectionNote)}`];
  if (standing !== "selected" && standing !== "skipped") return [plainText(reason), ...note];
  return [
    verdictLine({ selected: standing === "selected", reason }, paint),
    ...placeLines(facts),
    ...(facts.closesAfterUpdates === null
      ? []
      : [`The round was to close with its first ${counted(facts.closesAfterUpdates, "update")}.`]),
    ...whatIfLines(facts).map((line) => paint("dim", line)),
    ...note,
  ];
}

function placeLines({ place, standing, deadlineProbability }: RoundFacts): readonly string[] {
  if (place === null || deadlineProbability === null) return [];
  const { rank, tiedCount, candidateCount } = place;
  if (candidateCount === 1) return ["It was the only candidate."];
  const others = `${counted(tiedCount, "other")}`;
  const tied = tiedCount === 0 ? "" : ` (${others} had the same probability)`;
  return [
    `It was the ${rankWords(rank, tiedCount, candidateCount)} of ${formatCount(candidateCount)} candidates${tied}; ` +
      `${cohortWords(place, standing === "selected", deadlineProbability)}.`,
  ];
}

/** @example rankWords(7, 0, 40) // "7th most probable" */
function rankWords(rank: number, tiedCount: number, candidateCount: number): string {
  if (rank === 1) return "most probable";
  return rank + tiedCount === candidateCount ? "least probable" : `${ordinal(rank)} most probable`;
}

function cohortWords({ selectedCount, leastSelectedProbability: least }: RoundPlace, isSelected: boolean, own: number) {
  if (least === null) return "nobody was selected";
  if (selectedCount === 1)
    return isSelected ? "it alone was selected" : `one was selected, with ${formatProbability(least, own)}`;
  const selected = `${formatCount(selectedCount)} were selected`;
  if (isSelected && least === own) return `${selected}, none of them less probable`;
  return `${selected}, the least probable of them with ${formatProbability(least, own)}`;
}

const ordinalRules = new Intl.PluralRules("en", { type: "ordinal" });
const ordinalEndings: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: "st", two: "nd", few: "rd" };

/** @example ordinal(22) // "22nd" */
function ordinal(rank: number): string {
  return `${formatCount(rank)}${ordinalEndings[ordinalRules.select(rank)] ?? "th"}`;
}

function whatIfLines(facts: RoundFacts): readonly string[] {
  const { whatIf, minimumProbability, policy } = facts;
  if (whatIf === null) return [];
  const asked = `the ${formatProbability(minimumProbability)} asked for`;
  switch (whatIf.kind) {
    case "deadline":
      return [deadlineWords(whatIf.deadlineSeconds, facts.deadlineSeconds, `have had ${asked}`)];
    case "possible":
      return [deadlineWords(whatIf.deadlineSeconds, facts.deadlineSeconds, "have been able to take part")];
    case "cohort-size":
      return [`A cohort of ${formatCount(whatIf.cohortSize)} places would have had one for it.`];
    case "qualified":
      return ["Nothing of its own left it out: the round had no need or no room for it."];
    case "memory":
      return ["No deadline would have changed this: its memory is too small for this training."];
    case "energy":
      return ["No deadline would have changed this: the energy that it may spend is too little for this training."];
    case "rules":
      return ["No deadline would have changed this: the operator's rules left it out."];
    case "no-deadline":
      return [`No deadline would have given it ${asked}.`];
    case "mixture":
      return [
        `From which deadline on it has ${asked} cannot be told from the journal, which lacks an unknown device's law.`,
        "`probselect explain --device NAME ...` computes it anew.",
      ];
    case "not-by-probability":
      return [
        `${plainText(policy)} asks for no minimum probability, so the forecast alone does not tell what would have changed this.`,
      ];
  }
}

/** @example deadlineWords(18.2, 6, "have had it") // "From a deadline of 18.2 s on, instead of 6 s, it would have had it." */
function deadlineWords(breakEvenSeconds: number, deadlineSeconds: number, what: string): string {
  const breakEven = formatSeconds(breakEvenSeconds);
  return breakEvenSeconds <= deadlineSeconds
    ? `It would ${what} down to a deadline of ${breakEven}.`
    : `From a deadline of ${breakEven} on, instead of ${formatSeconds(deadlineSeconds)}, it would ${what}.`;
}

function outcomeLines(facts: RoundFacts, paint: Paint): readonly string[] {
  const { standing, outcome, runEnd, deadlineSeconds, comparison } = facts;
  if (standing !== "selected") return ["It was not asked to train."];
  if (outcome === null) {
    return [
      runEnd === null
        ? "It was asked to train, and the journal ends before it did: the run was cut off, or it is still running."
        : "It was asked to train; the journal does not tell how that ended.",
    ];
  }
  const status = paint(statusStyles[outcome.status], outcome.status.charAt(0).toUpperCase() + outcome.status.slice(1));
  const after = formatSeconds(outcome.latencySeconds);
  if (outcome.status !== "completed") {
    // The reasons of those that were cut off say when.
    const isCutOff = outcome.status === "late" || outcome.status === "surplus" || outcome.status === "stale";
    const when = isCutOff ? "" : ` after ${after} of the ${formatSeconds(deadlineSeconds)} allowed`;
    return [`${status}${when}: ${plainText(outcome.reason)}`, useLine(facts, paint)];
  }
  const byThen = comparison?.probabilityByThen ?? null;
  return [
    `${status} after ${after} of the ${formatSeconds(deadlineSeconds)} allowed${comparedWords(facts)}.`,
    ...(byThen === null
      ? []
      : [`The forecast had given ${formatProbability(byThen)} to a round of at most that time.`]),
    useLine(facts, paint),
  ];
}

/** @example ", 2.46 times the 1.07 s expected" */
function comparedWords({ comparison, expectedSeconds, isDeviceUnknown }: RoundFacts): string {
  const ratio = comparison?.ratioToExpected ?? null;
  if (ratio === null || expectedSeconds === null) return "";
  const expected = `the ${formatSeconds(expectedSeconds)} ${isDeviceUnknown ? "of the catalogue's median" : "expected"}`;
  if (ratio >= 1.995) return `, ${Number(ratio.toPrecision(3))} times ${expected}`;
  const percent = Math.round(Math.abs(ratio - 1) * 100);
  if (percent === 0) return `, just ${expected}`;
  return `, ${percent} % ${ratio > 1 ? "more" : "less"} than ${expected}`;
}

function useLine({ deviceSeconds, deviceTimeUse, outcome, roundOutcome }: RoundFacts, paint: Paint): string {
  if (deviceSeconds === 0) return "It spent no device time on it.";
  const spent = `It spent ${formatSeconds(deviceSeconds ?? 0)} of device time on it`;
  if (deviceTimeUse === "useful") return `${spent}, and its update went into the new model.`;
  if (deviceTimeUse === "undecided") return `${spent}; the journal ends before the updates were aggregated.`;
  const because = outcome?.status === "completed" && roundOutcome?.status === "failed" ? ", as the round failed" : "";
  return `${spent}, all ${paint("yellow", "wasted")}${because}.`;
}

function roundLine({ roundOutcome, roundForecast, runEnd }: RoundFacts): string {
  if (roundOutcome === null) {
    return runEnd === null
      ? "The round was planned but not finished: the run was cut off, or it is still running."
      : `The round was planned but not finished: the run ended as ${runEnd}.`;
  }
  const { status, reason, completedCount, selectedCount, roundSeconds, testAccuracy } = roundOutcome;
  if (status === "failed") return `The round failed: ${plainText(reason ?? "the journal does not tell why")}`;
  const accuracy =
    testAccuracy === null ? "" : `; the model's test accuracy was then ${formatShare(testAccuracy).replace("%", " %")}`;
  const expected =
    roundForecast === null ? "" : ` (${Number(roundForecast.expectedOnTimeCount.toPrecision(3))} expected in time)`;
  return (
    `The round aggregated ${completedCount} of ${counted(selectedCount, "update")}${expected} in ` +
    `${formatSeconds(roundSeconds)}${accuracy}.`
  );
}
