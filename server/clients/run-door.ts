// The door of a run: how a registration is examined, governed, welcomed and journalled.

import type { ServerConfig } from "../config.ts";
import type { JournalEvent } from "../journal/events.ts";
import type { RunParts } from "../run-parts.ts";
import { doubtRegistration } from "../security/doubt-clients.ts";
import type { ClientBackends } from "./client-backends.ts";
import type { ClientRegistry, RegisteredClient } from "./client-registry.ts";
import { refuseMisfit } from "./refuse-misfit.ts";
import { registrationEvent } from "./registration-event.ts";
import type { AgentDoor, TaskMessages } from "./serve-agent.ts";
import { watchExamples } from "./watch-examples.ts";
import { welcomeTo } from "./welcome.ts";

export interface RunDoorOptions {
  readonly config: ServerConfig;
  readonly journal: { append(event: JournalEvent): void };
  readonly parts: Pick<RunParts, "architecture" | "dataset" | "resolveDevice" | "latencyModel" | "workload">;
  readonly registry: ClientRegistry;
  readonly clientBackends: ClientBackends;
  readonly cohort: TaskMessages;
  /** The last round that began; 0 before the first. */
  readonly round: () => number;
  /** Whether the run has ended. */
  readonly isOver: () => boolean;
}

export function runDoor(options: RunDoorOptions): AgentDoor {
  const { config, journal, parts, registry, clientBackends, cohort } = options;
  const { implausibleSpecs } = config.security;
  const isConnected = (clientId: string) => registry.socketOf(clientId) !== undefined;
  const warningsOn = watchExamples({
    isConnected,
    minimumClients: config.minimumClients,
    runScaling: parts.dataset?.scaling,
  });
  /** The client with the back-end that was chosen for it. */
  const asGoverned = (client: RegisteredClient) => registry.find(client.candidate.clientId) ?? client;
  return {
    registry,
    tasks: cohort,
    examine: (message) =>
      refuseMisfit(message, parts) ?? doubtRegistration(message, { parts, journal, implausibleSpecs, registry }),
    welcome: (client) => welcomeTo(config, asGoverned(client)),
    onRegistered: (client) => {
      const choice = clientBackends.registered(client, options.round());
      journal.append(
        registrationEvent(asGoverned(client), parts, config.slo, {
          choice,
          dataWarnings: warningsOn(client.registration),
        }),
      );
    },
    onDisconnected: (clientId, reason) => {
      // At the end of the run everybody is disconnected by the aggregator itself.
      if (!options.isOver()) journal.append({ type: "client-disconnected", clientId, reason });
    },
    onRefused: (clientId, { code, reason }) => journal.append({ type: "message-refused", clientId, code, reason }),
  };
}
