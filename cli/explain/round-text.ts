// One round of one client for people: what was forecast, how it was chosen, what would have changed that, and what happened.

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
    ? `asked for: ${formatProbability(minimumProbability)}`
    : `which ${plainText(policy)} does not look at`;
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
    ...whatIfLines(facts).map((line) => paint("dim", line)),
    ...note,
  ];
}

function placeLines({ place, standing, deadlineProbability }: RoundFacts): readonly string[] {
  if (place === null || deadlineProbability === null) return [];
  const { rank, tiedCount, candidateCount } = place;
  if (candidateCount === 1) return ["It was the only candidate."];
  const others = `${formatCount(tiedCount)} other${tiedCount === 1 ? "" : "s"}`;
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

function whatIfLines({ whatIf, standing, minimumProbability, deadlineSeconds, policy }: RoundFacts): readonly string[] {
  if (whatIf === null) return [];
  const asked = `the ${formatProbability(minimumProbability)} asked for`;
  switch (whatIf.kind) {
    case "deadline": {
      const breakEven = formatSeconds(whatIf.deadlineSeconds);
      return standing === "selected"
        ? [`It would have had ${asked} down to a deadline of ${breakEven}.`]
        : [
            `From a deadline of ${breakEven} on, instead of ${formatSeconds(deadlineSeconds)}, it would have had ${asked}.`,
          ];
    }
    case "cohort-size":
      return [`A cohort of ${formatCount(whatIf.cohortSize)} places would have had one for it.`];
    case "qualified":
      return [`It had ${asked}: no other deadline would have changed this.`];
    case "memory":
      return ["No deadline would have changed this: its memory is too small for this training."];
    case "no-deadline":
      return [`No deadline would have given it ${asked}.`];
    case "mixture":
      return [
        "Which deadline would have sufficed cannot be told from the journal: an unknown device's law is a mixture over the catalogue.",
        "`probselect explain --device NAME ...` computes it anew.",
      ];
    case "not-by-probability":
      return [
        `${plainText(policy)} does not ask for a probability, so no other deadline would have changed this by itself.`,
      ];
  }
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
    const when = outcome.status === "late" ? "" : ` after ${after} of the ${formatSeconds(deadlineSeconds)} allowed`;
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

/** @example ": 2.46 times the 1.07 s expected" */
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

function roundLine({ roundOutcome, runEnd }: RoundFacts): string {
  if (roundOutcome === null) {
    return runEnd === null
      ? "The round was planned but not finished: the run was cut off, or it is still running."
      : `The round was planned but not finished: the run ended as ${runEnd}.`;
  }
  const { status, reason, completedCount, selectedCount, roundSeconds, testAccuracy } = roundOutcome;
  if (status === "failed") return `The round failed: ${plainText(reason ?? "the journal does not tell why")}`;
  const accuracy =
    testAccuracy === null ? "" : `; the model's test accuracy was then ${formatShare(testAccuracy).replace("%", " %")}`;
  return `The round aggregated ${completedCount} of ${selectedCount} updates in ${formatSeconds(roundSeconds)}${accuracy}.`;
}
