// What the journal says of a client that was admitted.

import type { BackendDecision } from "../../selection/governor/decide-backend.ts";
import type { ServiceLevelObjective } from "../../selection/types.ts";
import type { JournalEvent } from "../journal/events.ts";
import type { RunParts } from "../run-parts.ts";
import type { RegisteredClient } from "./client-registry.ts";
import { registrationForecast } from "./registration-forecast.ts";

export interface RegistrationFindings {
  /** Of a client that can train in several ways. */
  readonly choice: BackendDecision | undefined;
  /** Sentences on its examples beside those of the others. */
  readonly dataWarnings: readonly string[];
}

export function registrationEvent(
  { candidate, backends, registration }: RegisteredClient,
  { latencyModel, workload }: Pick<RunParts, "latencyModel" | "workload">,
  slo: ServiceLevelObjective,
  { choice: backendChoice, dataWarnings }: RegistrationFindings,
): JournalEvent {
  const { clientId, link, exampleCount, emulated, labels, energy } = registration;
  const chosen = backends.length > 1 ? backends.find(({ backend }) => backend === candidate.backend) : undefined;
  const { backend, report } = chosen ?? { backend: registration.backend, report: registration.device };
  const offered = backends.map(({ backend, device }) => ({ backend, device }));
  const several = chosen && { backends: offered, backendChoice };
  const forecast = registrationForecast(latencyModel, candidate, workload, slo);
  const warned = dataWarnings.length > 0 && { dataWarnings };
  const facts = { report, device: candidate.device, link, exampleCount, backend, emulated };
  return { type: "client-registered", clientId, ...facts, labels, energy, ...forecast, ...several, ...warned };
}
