// What makes it impossible for a client to take part, whatever its luck: before any probability, with the sentence that says so.

import { transferAndStartSeconds } from "../latency/round-parts.ts";
import { formatBytes, formatEnergy, formatSeconds } from "../quantities.ts";
import {
  type LatencyForecast,
  type SelectionReasonCode,
  type ServiceLevelObjective,
  selectionReasonCodes,
} from "../types.ts";

type Impossibility = Extract<
  SelectionReasonCode,
  "insufficient-memory" | "insufficient-energy" | "transfer-exceeds-deadline"
>;

/** The place of a reason in `selectionReasonCodes`, as columns hold it. */
export function codeOf(reason: SelectionReasonCode): number {
  return selectionReasonCodes.indexOf(reason);
}

/** The code of what makes the client impossible; 0 if it is possible. */
export function impossibilityCode(forecast: LatencyForecast, slo: ServiceLevelObjective): number {
  const reason = impossibilityOf(forecast, slo);
  return reason === null ? 0 : codeOf(reason);
}

function impossibilityOf(forecast: LatencyForecast, { deadlineSeconds }: ServiceLevelObjective): Impossibility | null {
  if (!forecast.memory.fits) return "insufficient-memory";
  if (transferAndStartSeconds(forecast.atMeanUtilisation) >= deadlineSeconds) return "transfer-exceeds-deadline";
  return forecast.energy?.fits === false ? "insufficient-energy" : null;
}

/** Completes "Skipped: ..." for a client that is impossible; null if it is possible. */
export function impossibilityInWords(forecast: LatencyForecast, slo: ServiceLevelObjective): string | null {
  switch (impossibilityOf(forecast, slo)) {
    case "insufficient-memory":
      return memoryInWords(forecast.memory);
    case "transfer-exceeds-deadline":
      return transfersInWords(forecast, slo);
    case "insufficient-energy":
      return energyInWords(forecast.energy);
    case null:
      return null;
  }
}

function memoryInWords({ requiredBytes, availableBytes }: LatencyForecast["memory"]): string {
  const need = `training needs ${formatBytes(requiredBytes)} of memory`;
  return `${need}, more than 90 % of the device's ${formatBytes(availableBytes ?? 0)}`;
}

function energyInWords(energy: LatencyForecast["energy"]): string {
  const { requiredJoules = null, availableJoules = 0 } = energy ?? {};
  // Of a device of unknown power only the transfers are known.
  const need =
    requiredJoules === null
      ? "moving the model alone takes more"
      : `the round takes ${formatEnergy(requiredJoules)}, more`;
  return `${need} than the ${formatEnergy(availableJoules)} that it may spend`;
}

function transfersInWords({ atMeanUtilisation }: LatencyForecast, { deadlineSeconds }: ServiceLevelObjective): string {
  const { contactSeconds = 0, downloadSeconds, uploadSeconds } = atMeanUtilisation;
  const contact = contactSeconds === 0 ? "" : `${formatSeconds(contactSeconds)} until it can be reached, `;
  const parts = `${contact}${formatSeconds(downloadSeconds)} down, ${formatSeconds(uploadSeconds)} up`;
  const transfers = `moving the model takes ${formatSeconds(transferAndStartSeconds(atMeanUtilisation))} (${parts})`;
  return `${transfers}, which leaves no time to train before the deadline of ${formatSeconds(deadlineSeconds)}`;
}
