// What the journal says of a client that was admitted.

import type { ServiceLevelObjective } from "../../selection/types.ts";
import type { JournalEvent } from "../journal/events.ts";
import type { RunParts } from "../run-parts.ts";
import type { RegisteredClient } from "./client-registry.ts";
import { registrationForecast } from "./registration-forecast.ts";

export function registrationEvent(
  { candidate, registration }: RegisteredClient,
  { latencyModel, workload }: Pick<RunParts, "latencyModel" | "workload">,
  slo: ServiceLevelObjective,
): JournalEvent {
  const { device: report, clientId, link, exampleCount, backend, emulated, labels, energy } = registration;
  const forecast = registrationForecast(latencyModel, candidate, workload, slo);
  const facts = { report, device: candidate.device, link, exampleCount, backend, emulated };
  return { type: "client-registered", clientId, ...facts, labels, energy, ...forecast };
}
