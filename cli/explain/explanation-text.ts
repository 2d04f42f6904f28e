// The explanation of a forecast for people: the client, the round as bars, the probability, the verdict, and what would change it.

import type { ExplanationPart } from "../../selection/explain-forecast.ts";
import { formatBytes, formatProbability, formatRate, formatSeconds } from "../../selection/quantities.ts";
import type { Paint } from "../../server/reporting/paint.ts";
import { formatSpread } from "../link-options.ts";
import type { ExplainedSituation } from "./explain-situation.ts";

const BAR_WIDTH = 28;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** @param paint `noPaint` for plain text. */
export function explanationText(situation: ExplainedSituation, paint: Paint): string {
  const { device, link: chosen, result } = situation;
  const { link, workload } = result;
  const heading = (text: string) => paint("bold", text);
  const fact = (name: string, ...lines: readonly string[]) =>
    lines.map((line, index) => `  ${(index === 0 ? name : "").padEnd(11)}${line}`);
  const rates = `${formatRate(link.downlinkBitsPerSecond, "bit/s")} down, ${formatRate(link.uplinkBitsPerSecond, "bit/s")} up`;
  const count = (value: number) => value.toLocaleString("en-US");
  return [
    heading("The client"),
    ...fact("device", ...deviceLines(situation)),
    ...fact("link", `${rates}, ${formatSeconds(link.roundTripSeconds)} round trip`, paint("dim", chosen.why)),
    ...fact("", formatSpread(chosen), paint("dim", chosen.spreadWhy)),
    ...fact(
      "work",
      `${workload.modelName}: ${count(workload.exampleCount)} examples x ${workload.epochs} epoch(s) in batches of ` +
        `${workload.batchSize}, ${count(workload.stepCount)} steps`,
      `${formatRate(result.forecast.trainingFlop, "FLOP")}; the model is ${formatBytes(workload.downloadBytes)}, down and up`,
    ),
    ...workload.notes.flatMap((note) => fact(paint("yellow", "note".padEnd(11)), note)),
    ...device.warnings.flatMap((warning) => fact(paint("yellow", "warning".padEnd(11)), warning)),
    "",
    heading("The round, if utilisation is as expected"),
    ...roundLines(situation, paint),
    "",
    heading("The probability"),
    ...probabilityLines(situation).map((line) => `  ${line}`),
    "",
    ...verdictLines(situation, paint),
  ].join("\n");
}

function deviceLines({ device, result }: ExplainedSituation): readonly string[] {
  const { tier, tierReason } = result.forecast;
  if (device.kind === "unknown") return [`unknown: "${device.reportedName}"`, `tier ${tier}: ${tierReason}`];
  const { name, deviceClass, architecture, peakFlopPerSecond, memoryBandwidthBytesPerSecond, memoryBytes } =
    device.device;
  const { fp32, tf32 } = peakFlopPerSecond;
  const peak = tf32 === undefined ? `${formatRate(fp32 ?? 0, "FLOP/s")} fp32` : `${formatRate(tf32, "FLOP/s")} TF32`;
  const memory = memoryBytes === null ? "" : `, ${Number((memoryBytes / 2 ** 30).toPrecision(3))} GiB`;
  return [
    `${name} (${deviceClass}, ${architecture})`,
    `${peak}, ${formatRate(memoryBandwidthBytesPerSecond, "B/s")}${memory}`,
    `tier ${tier}: ${tierReason}`,
  ];
}

function roundLines({ explanation, result }: ExplainedSituation, paint: Paint): readonly string[] {
  const { totalSeconds } = explanation.forecast.atMeanUtilisation;
  const { deadlineSeconds } = result.slo;
  const line = (name: string, seconds: number, rest: string) =>
    `  ${name.padEnd(19)}${formatSeconds(seconds).padStart(9)}${rest}`;
  return [
    ...explanation.parts.map(({ name, seconds, share }: ExplanationPart) =>
      line(name, seconds, `  ${`${(share * 100).toFixed(1)} %`.padStart(7)}  ${paint("cyan", bar(share))}`.trimEnd()),
    ),
    line(
      "total",
      totalSeconds,
      `  ${totalSeconds <= deadlineSeconds ? "of" : paint("yellow", "past")} the ${formatSeconds(deadlineSeconds)} allowed`,
    ),
  ];
}

/**
 * A bar of up to 28 columns in eighths of a column.
 *
 * @example bar(0.5) // "██████████████"
 */
export function bar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

function probabilityLines({ explanation, result }: ExplainedSituation): readonly string[] {
  const { requiredUtilisation, utilisation, deadlineProbability } = explanation.forecast;
  const { interval80: interval } = result;
  const likely =
    interval === null
      ? []
      : [
          `Four rounds in five would take ${formatSeconds(interval.fromSeconds)} to ${formatSeconds(interval.toSeconds)}.`,
        ];
  const chance = `P(on time) = ${formatProbability(deadlineProbability)}, asked for: ${formatProbability(result.slo.minimumProbability)}`;
  if (explanation.secondsForCompute <= 0) return [`The transfers alone pass the deadline.`, chance];
  const left = `${formatSeconds(explanation.secondsForCompute)} remain for training.`;
  if (explanation.forecast.computeLaw !== null && utilisation === null) {
    return [left, "Its peak is not known; its time is, from the calibration.", ...likely, chance];
  }
  if (utilisation === null || requiredUtilisation === null) {
    return [
      left,
      "The device could be any of the catalogue, each equally likely; the seconds above are their median's.",
      chance,
    ];
  }
  const { mean, standardDeviation } = utilisation;
  const spread = formatProbability(standardDeviation / mean);
  return [
    `${left} That needs ${percent(requiredUtilisation)} of the peak (eta_th);`,
    `expected are ${percent(mean)} +- ${percent(standardDeviation)} (eta; its spread, ${spread} of it, is the tier's).`,
    ...likely,
    chance,
  ];
}

function verdictLines({ decision, explanation, result }: ExplainedSituation, paint: Paint): readonly string[] {
  const { breakEvenDeadlineSeconds: deadline, largestExampleCount: examples } = explanation;
  const asked = formatProbability(result.slo.minimumProbability);
  const byDeadline =
    deadline === null ? "No deadline gives it" : `From a deadline of ${formatSeconds(deadline)} on it has`;
  const byExamples =
    examples === null
      ? "however many examples it trains on"
      : examples === 0
        ? "and with this deadline no example count gives it that"
        : `with this deadline, up to ${examples.toLocaleString("en-US")} examples`;
  const verdict = decision.selected ? paint("green", "Selected") : paint("red", "Skipped");
  return [
    `${paint("bold", verdict)}${decision.reason.replace(/^(Selected|Skipped)/, "")}`,
    paint("dim", `${byDeadline} the ${asked} asked for; ${byExamples}.`),
  ];
}

/** Utilisations reach from millionths to more than all. @example percent(0.000443) // "0.0443 %" */
function percent(share: number): string {
  const value = share * 100;
  return value >= 1e-4 || value === 0 ? `${Number(value.toPrecision(3))} %` : `${value.toExponential(1)} %`;
}
