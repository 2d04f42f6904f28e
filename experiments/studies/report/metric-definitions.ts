// What the numbers of a study mean, for its readers; each study's page prints those that it uses.

import type { MetricName } from "../statistics/cell-metrics.ts";
import type { StudyReport } from "../study.ts";

export interface MetricDefinition {
  readonly term: string;
  readonly meaning: string;
  /** The metrics that it is about. */
  readonly names: readonly MetricName[];
  /** A column or a headline figure whose name has one of these in it, in whatever case, uses the definition. */
  readonly stems: readonly string[];
}

export const metricDefinitions: readonly MetricDefinition[] = [
  {
    term: "SLO compliance",
    meaning:
      "Completed / selected over all rounds, every selection weighing the same (micro), or the mean of the rounds that selected somebody (macro). A client that is late, surplus or lost does not comply; a surplus one, cut off because its round had its updates, stays in the denominator. “Of awaited” leaves the surplus out there, too.",
    names: ["sloComplianceMicro", "sloComplianceMacro", "sloComplianceOfAwaited"],
    stems: ["sloCompliance"],
  },
  {
    term: "Round compliance",
    meaning:
      "Share of all rounds in which at least k clients completed. A round that selected nobody is one that missed: no policy gains by selecting nobody.",
    names: ["roundCompliance", "emptyRoundShare"],
    stems: ["roundCompliance", "emptyRound"],
  },
  {
    term: "All on time",
    meaning: "Share of all rounds that selected somebody and in which everybody who was selected completed.",
    names: ["allOnTimeShare"],
    stems: ["allOnTime"],
  },
  {
    term: "Selected, completed",
    meaning: "Clients a round, rounds that selected nobody included.",
    names: ["meanSelected", "meanCompleted"],
    stems: ["meanSelected", "meanCompleted"],
  },
  {
    term: "Waste share",
    meaning:
      "Wasted / (useful + wasted), in device-seconds of training, FLOP, joules (design power times device-seconds) or bytes moved. Wasted is all work of selected clients whose update was not aggregated, the work that the end of the round cut off included.",
    names: ["wasteShareDeviceSeconds", "wasteShareFlop", "wasteShareJoules", "wasteShareBytes"],
    stems: ["waste"],
  },
  {
    term: "Wasted device time",
    meaning:
      "Wasted device-seconds a round, an aggregated update, or an example in aggregated updates. Unlike a share, these cannot be lowered by selecting easy clients whom nobody needs.",
    names: ["wastedDeviceSecondsPerRound", "wastedDeviceSecondsPerUpdate", "wastedDeviceSecondsPerUsefulExample"],
    stems: ["wastedDevice"],
  },
  {
    term: "If abandoned",
    meaning:
      "The same waste if a round with fewer than k updates is thrown away whole: it aggregates nothing and all of its work is wasted.",
    names: [
      "wasteShareDeviceSecondsIfAbandoned",
      "wasteShareFlopIfAbandoned",
      "wasteShareJoulesIfAbandoned",
      "wasteShareBytesIfAbandoned",
      "wastedDeviceSecondsPerRoundIfAbandoned",
      "wastedDeviceSecondsPerUpdateIfAbandoned",
      "wastedDeviceSecondsPerUsefulExampleIfAbandoned",
    ],
    stems: ["ifAbandoned"],
  },
  {
    term: "Time and speed",
    meaning:
      "Virtual seconds: of a round, from its start to its end; of a run, from the first round's start to the last one's end, pauses included. Speed is examples in aggregated updates / seconds of the run.",
    names: ["meanRoundSeconds", "totalSeconds", "usefulExamplesPerSecond"],
    stems: ["roundSeconds", "totalSeconds", "examplesPerSecond"],
  },
  {
    term: "Promised and kept",
    meaning:
      "The mean probability of the selected clients, which compliance was to be; and, of policies that state the probability of k updates, its mean over rounds beside the share of those rounds that had them.",
    names: ["expectedCompliance", "meanStatedRoundProbability", "keptRoundShare"],
    stems: ["expectedCompliance", "statedRound", "keptRound"],
  },
  {
    term: "Jain's index, Gini's coefficient",
    meaning:
      "How evenly aggregated updates are spread over all clients of the fleet. Jain: (sum x)² / (n sum x²), 1 if all have the same, 1/n if one has all. Gini: 0 if all have the same, almost 1 if one has all.",
    names: ["jainIndex", "giniCoefficient"],
    stems: ["jain", "gini"],
  },
  {
    term: "Coverage",
    meaning: "Share of all clients of the fleet whose update was ever aggregated.",
    names: ["coverage"],
    stems: ["coverage"],
  },
  {
    term: "Said and kept",
    meaning:
      "Probability said and share in time of selected clients whose outcome the round's closing did not hide, in bins of the probability. The calibration error is the mean distance of the two over clients; the Brier score takes every client at its bin's mean. A policy is scored on the clients that it chose.",
    names: ["meanProbabilitySaid", "shareKept", "expectedCalibrationError", "brierScoreOfBins"],
    stems: ["probabilitySaid", "shareKept", "calibrationError", "brier"],
  },
  {
    term: "Final accuracy",
    meaning:
      "Test accuracy of the global model at the last round that was evaluated. Rounds that aggregated nothing leave the model as it was.",
    names: [],
    stems: ["finalAccuracy"],
  },
];

/** The definitions of what the study's records, summary and headline figures are named after. */
export function definitionsOf({ records, summary, headline }: StudyReport): readonly MetricDefinition[] {
  const columns = new Set([...records, ...summary].flatMap((row) => Object.keys(row)));
  for (const { name } of headline) columns.add(name);
  const words = [...columns].map((column) => column.toLowerCase());
  return metricDefinitions.filter(({ stems }) => {
    return stems.some((stem) => words.some((word) => word.includes(stem.toLowerCase())));
  });
}
