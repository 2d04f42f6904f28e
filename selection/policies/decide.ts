// One decision about one candidate, with its reason as a sentence that an operator can act on.

import { transferAndStartSeconds } from "../latency/round-parts.ts";
import { formatBytes, formatProbability, formatSeconds } from "../quantities.ts";
import type { ForecastCandidate, LatencyForecast, SelectionDecision, ServiceLevelObjective } from "../types.ts";

/** A selected candidate. `because` completes "Selected: ...". */
export function selectedDecision({ candidate, forecast }: ForecastCandidate, because: string): SelectionDecision {
  const reason = `Selected: ${because}.`;
  return { clientId: candidate.clientId, selected: true, reasonCode: "selected", reason, forecast };
}

/** A candidate that is left out. `because` completes "Skipped: ...". */
export function skippedDecision(
  { candidate, forecast }: ForecastCandidate,
  reasonCode: Exclude<SelectionDecision["reasonCode"], "selected">,
  because: string,
): SelectionDecision {
  return { clientId: candidate.clientId, selected: false, reasonCode, reason: `Skipped: ${because}.`, forecast };
}

/** The refusal of a client that cannot meet the objective whatever its luck, or null if it can. */
export function impossibility(entry: ForecastCandidate, slo: ServiceLevelObjective): SelectionDecision | null {
  const { memory, atMeanUtilisation } = entry.forecast;
  if (!memory.fits && memory.availableBytes !== null) {
    const need = `training needs ${formatBytes(memory.requiredBytes)} of memory`;
    const has = `90 % of the device's ${formatBytes(memory.availableBytes)}`;
    return skippedDecision(entry, "insufficient-memory", `${need}, more than ${has}`);
  }
  const fixedSeconds = transferAndStartSeconds(atMeanUtilisation);
  if (fixedSeconds >= slo.deadlineSeconds) {
    const { downloadSeconds, uploadSeconds } = atMeanUtilisation;
    const parts = `${formatSeconds(downloadSeconds)} down, ${formatSeconds(uploadSeconds)} up`;
    const transfers = `moving the model takes ${formatSeconds(fixedSeconds)} (${parts})`;
    const rest = `which leaves no time to train before the deadline of ${formatSeconds(slo.deadlineSeconds)}`;
    return skippedDecision(entry, "transfer-exceeds-deadline", `${transfers}, ${rest}`);
  }
  return null;
}

/** "it finishes in about 1.2 s and meets the deadline of 30 s with 99.1 %", the common part of reasons. */
export function chanceInWords(forecast: LatencyForecast, slo: ServiceLevelObjective): string {
  const { totalSeconds } = forecast.atMeanUtilisation;
  const estimate =
    forecast.tier === "unknown"
      ? `as an unknown device it would take ${formatSeconds(totalSeconds)} if it were the catalogue's median`
      : `it should take about ${formatSeconds(totalSeconds)}`;
  const chance = formatProbability(forecast.deadlineProbability, slo.minimumProbability);
  return `${estimate} and meets the deadline of ${formatSeconds(slo.deadlineSeconds)} with ${chance} probability`;
}
