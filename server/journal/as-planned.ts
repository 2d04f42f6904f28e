// A registration as a round has it: of a client that can train in several ways, with the back-end and the device of that round.

import type { RoundPlan } from "../rounds/types.ts";
import type { JournalEvent } from "./events.ts";

type Registration = Extract<JournalEvent, { readonly type: "client-registered" }>;

/** The same registration where the plan says nothing of the client. */
export function asPlanned<Registered extends Registration>(
  registration: Registered,
  { backendDecisions = [] }: Pick<RoundPlan, "backendDecisions">,
): Registered {
  const choice = backendDecisions.find(({ clientId }) => clientId === registration.clientId);
  const option = registration.backends?.find(({ backend }) => backend === choice?.backend);
  if (!choice || !option) return registration;
  return { ...registration, backend: option.backend, device: option.device, backendChoice: choice };
}
