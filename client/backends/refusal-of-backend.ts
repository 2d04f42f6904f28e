// Whether a task asks for a back-end that the agent has offered.

import type { Register, Train } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";

/** Why the task is refused, if it is. */
export function refusalOfBackend(
  { backend }: Pick<Train, "backend">,
  registration: Pick<Register, "backend" | "otherBackends">,
): Refusal | undefined {
  const offered = [registration, ...(registration.otherBackends ?? [])].map((option) => option.backend);
  if (backend === undefined || offered.includes(backend)) return undefined;
  return refuse(
    "client.unknown-backend",
    `This agent cannot train with "${backend}"; it offered ${offered.join(", ")}. Plan the round with one of these.`,
  );
}
