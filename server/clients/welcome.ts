// What a client is told when it is admitted.

import { PROTOCOL_VERSION, type RegisterReply } from "../../protocol/messages.ts";
import { deviceSummary } from "../../selection/devices/device-summary.ts";
import type { ServerConfig } from "../config.ts";
import type { RegisteredClient } from "./client-registry.ts";

/** The run's facts, and what the client's device was taken for. */
export function welcomeTo(config: ServerConfig, { candidate, backends }: RegisteredClient): RegisterReply {
  const { runName, model, rounds, clock } = config;
  return {
    accepted: true,
    protocolVersion: PROTOCOL_VERSION,
    runName,
    modelName: model,
    roundCount: rounds,
    clock,
    deviceSummary: deviceSummary(candidate.device).slice(0, 2000),
    ...(backends.length > 1 && { backend: candidate.backend }),
  };
}
