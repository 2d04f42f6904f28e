// The explanation of a forecast for people: the client, the round as bars, the probability, the verdict, and what would change it.

import { counted } from "../../foundation/counted.ts";
import { formatBytes, formatProbability, formatRate, formatSeconds } from "../../selection/quantities.ts";
import type { Paint } from "../../server/reporting/paint.ts";
import { formatSpread } from "../link-options.ts";
import type { ExplainedSituation } from "./explain-situation.ts";
import {
  deviceLines,
  factLines,
  linkRates,
  partLines,
  probabilityLines,
  verdictLine,
  warningLines,
} from "./forecast-lines.ts";

/** @param paint `noPaint` for plain text. */
export function explanationText(situation: ExplainedSituation, paint: Paint): string {
  const { device, link: chosen, result } = situation;
  const { link, workload, forecast, slo } = result;
  const heading = (text: string) => paint("bold", text);
  return [
    heading("The client"),
    ...factLines("device", ...deviceLines(device, forecast)),
    ...factLines("link", linkRates(link), paint("dim", chosen.why)),
    ...factLines("", formatSpread(chosen), paint("dim", chosen.spreadWhy)),
    ...factLines(
      "work",
      `${workload.modelName}: ${counted(workload.exampleCount, "example")} x ${counted(workload.epochs, "epoch")} in batches of ` +
        `${workload.batchSize}, ${counted(workload.stepCount, "step")}`,
      `${formatRate(forecast.trainingFlop, "FLOP")}; the model is ${formatBytes(workload.downloadBytes)}, down and up`,
    ),
    ...warningLines("note", workload.notes, paint),
    ...warningLines("warning", device.warnings, paint),
    "",
    heading("The round, if utilisation is as expected"),
    ...partLines(forecast, slo.deadlineSeconds, paint),
    "",
    heading("The probability"),
    ...probabilityLines(forecast, slo.deadlineSeconds, `, asked for: ${formatProbability(slo.minimumProbability)}`).map(
      (line) => `  ${line}`,
    ),
    "",
    ...verdictLines(situation, paint),
  ].join("\n");
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
        : `with this deadline, up to ${counted(examples, "example")}`;
  return [verdictLine(decision, paint), paint("dim", `${byDeadline} the ${asked} asked for; ${byExamples}.`)];
}
