// Says in the journal what a client claims and cannot be true, and refuses a registration where the operator asked for that.

import type { Register } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { AcceptedUpdate, JournalEvent } from "../journal/events.ts";
import type { RunParts } from "../run-parts.ts";
import { impossibleSpeed } from "./impossible-speed.ts";
import { implausibleClaims } from "./plausible-registration.ts";
import type { SecurityConfig } from "./security-config.ts";

export interface DoubtOptions {
  readonly parts: Pick<RunParts, "resolveDevice" | "workload">;
  readonly registry: Pick<ClientRegistry, "find">;
  readonly journal: { append(event: JournalEvent): void };
  readonly implausibleSpecs: SecurityConfig["implausibleSpecs"];
}

/** @returns why a registration is refused, if it is. */
export function doubtRegistration(message: Register, options: DoubtOptions): Refusal | undefined {
  const { parts, registry, journal, implausibleSpecs } = options;
  const { clientId, device } = message;
  const previous = registry.find(clientId)?.registration;
  const others = (message.emulated ? [] : (message.otherBackends ?? [])).flatMap(({ backend, device: other }) => {
    const before = previous?.otherBackends?.find((option) => option.backend === backend);
    const previously = before && previous && { ...previous, device: before.device };
    return implausibleClaims({ ...message, device: other }, parts.resolveDevice(other), previously);
  });
  const own = implausibleClaims(message, parts.resolveDevice(device), previous);
  const doubts = [...new Set([...own, ...others])];
  if (doubts.length === 0) return undefined;
  journal.append({ type: "client-doubted", clientId, doubts });
  if (implausibleSpecs === "warn") return undefined;
  return refuse("server.implausible-specs", `These claims are not believed: ${doubts.join(" ")}`);
}

/** An update that is too fast counts all the same: the device may be another than the one that was reported. */
export function doubtUpdate(
  update: Pick<AcceptedUpdate, "clientId" | "stepCount" | "computeSeconds" | "backend">,
  { parts, registry, journal }: Pick<DoubtOptions, "parts" | "registry" | "journal">,
): void {
  const { clientId } = update;
  const client = registry.find(clientId);
  const trained = client?.backends.find(({ backend }) => backend === update.backend);
  const doubt = impossibleSpeed(update, trained?.device ?? client?.candidate.device, parts.workload);
  if (doubt !== undefined) journal.append({ type: "client-doubted", clientId, doubts: [doubt] });
}
