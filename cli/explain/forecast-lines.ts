// The parts of an explanation that a device by hand and a client of a run share: device, link, the round as bars, the probability.

import { forecastInterval } from "../../experiments/report/forecast-interval.ts";
import type { NetworkLink } from "../../network/link.ts";
import { type ExplanationPart, forecastParts, secondsForCompute } from "../../selection/explain-forecast.ts";
import { formatProbability, formatRate, formatSeconds } from "../../selection/quantities.ts";
import type { LatencyForecast, ResolvedDevice } from "../../selection/types.ts";
import { plainText } from "../../server/reporting/format-quantities.ts";
import type { Paint } from "../../server/reporting/paint.ts";

const BAR_WIDTH = 28;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Lines behind a name that stands before the first of them. @example factLines("link", "a", "b") // ["  link       a", "             b"] */
export function factLines(name: string, ...lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `  ${(index === 0 ? name : "").padEnd(11)}${line}`);
}

/** The same with a name in yellow: what the reader should not overlook. */
export function warningLines(name: string, warnings: readonly string[], paint: Paint): readonly string[] {
  return warnings.map((warning) => `  ${paint("yellow", name.padEnd(11))}${plainText(warning)}`);
}

/**
 * The device with its figures, and how much is known about it.
 *
 * @param evidence the tier of the forecast, which may know more than the device's row: a calibration.
 */
export function deviceLines(
  device: ResolvedDevice,
  evidence: Pick<LatencyForecast, "tier" | "tierReason">,
): readonly string[] {
  const tier = `tier ${evidence.tier}: ${plainText(evidence.tierReason)}`;
  if (device.kind === "unknown") return [`unknown: "${plainText(device.reportedName)}"`, tier];
  const { name, deviceClass, architecture, peakFlopPerSecond, memoryBandwidthBytesPerSecond, memoryBytes } =
    device.device;
  const { fp32, tf32 } = peakFlopPerSecond;
  const peak = tf32 === undefined ? `${formatRate(fp32 ?? 0, "FLOP/s")} fp32` : `${formatRate(tf32, "FLOP/s")} TF32`;
  const memory = memoryBytes === null ? "" : `, ${Number((memoryBytes / 2 ** 30).toPrecision(3))} GiB`;
  return [
    `${plainText(name)} (${deviceClass}, ${plainText(architecture)})`,
    `${peak}, ${formatRate(memoryBandwidthBytesPerSecond, "B/s")}${memory}`,
    tier,
  ];
}

/** @example linkRates(link) // "50 Mbit/s down, 15 Mbit/s up, 30 ms round trip" */
export function linkRates({ downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds }: NetworkLink): string {
  const rates = `${formatRate(downlinkBitsPerSecond, "bit/s")} down, ${formatRate(uplinkBitsPerSecond, "bit/s")} up`;
  return `${rates}, ${formatSeconds(roundTripSeconds)} round trip`;
}

/** Each part of the round with its share as a bar, and their sum beside the deadline. */
export function partLines(forecast: LatencyForecast, deadlineSeconds: number, paint: Paint): readonly string[] {
  const { totalSeconds } = forecast.atMeanUtilisation;
  const line = (name: string, seconds: number, rest: string) =>
    `  ${name.padEnd(19)}${formatSeconds(seconds).padStart(9)}${rest}`;
  return [
    ...forecastParts(forecast).map(({ name, seconds, share }: ExplanationPart) =>
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
function bar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/**
 * How the probability comes about.
 *
 * @param asked ends the last line, which states the probability. @example ", asked for: 80.0 %"
 */
export function probabilityLines(forecast: LatencyForecast, deadlineSeconds: number, asked: string): readonly string[] {
  const { requiredUtilisation, utilisation, deadlineProbability } = forecast;
  const remaining = secondsForCompute(forecast, deadlineSeconds);
  const interval = forecastInterval(forecast);
  const likely =
    interval === null
      ? []
      : [
          `Four rounds in five would take ${formatSeconds(interval.fromSeconds)} to ${formatSeconds(interval.toSeconds)}.`,
        ];
  const chance = `P(on time) = ${formatProbability(deadlineProbability)}${asked}`;
  if (remaining <= 0) return ["The transfers alone pass the deadline.", chance];
  const left = `${formatSeconds(remaining)} remain for training.`;
  if (forecast.computeLaw !== null && utilisation === null) {
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

/** "Selected" or "Skipped" in its colour, then the policy's sentence. */
export function verdictLine(
  { selected, reason }: { readonly selected: boolean; readonly reason: string },
  paint: Paint,
) {
  const verdict = selected ? paint("green", "Selected") : paint("red", "Skipped");
  // A policy's sentence begins with the verdict as a rule.
  return `${paint("bold", verdict)}: ${plainText(reason).replace(/^(Selected|Skipped): /, "")}`;
}

/** Utilisations reach from millionths to more than all. @example percent(0.000443) // "0.0443 %" */
function percent(share: number): string {
  const value = share * 100;
  return value >= 1e-4 || value === 0 ? `${Number(value.toPrecision(3))} %` : `${value.toExponential(1)} %`;
}
