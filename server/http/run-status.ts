// What GET /v1/run answers: where a run stands, for people and scripts.

import { modelPath } from "../../protocol/transfer.ts";
import type { ClientRegistry, RegisteredClient } from "../clients/client-registry.ts";
import type { ServerConfig } from "../config.ts";
import type { ClientAtWork, EvaluationResult, StoredModel } from "../rounds/types.ts";

export interface RunStatus {
  readonly runName: string;
  readonly modelName: string;
  readonly phase: "waiting-for-clients" | "running" | "draining" | "finished";
  /** The round that runs or ran last; 0 before the first. */
  readonly round: number;
  readonly roundCount: number;
  readonly modelVersion: number;
  readonly model: { readonly path: string; readonly sha256: string; readonly byteLength: number };
  readonly lastEvaluation: EvaluationResult | null;
  /** Who has a task of this round or an earlier one; absent unless the run is asynchronous. */
  readonly atWork?: readonly ClientAtWork[] | undefined;
  readonly clients: readonly {
    readonly clientId: string;
    readonly device: string;
    readonly backend: string;
    readonly connected: boolean;
    readonly exampleCount: number;
  }[];
}

/** Where a run stands now. */
export function describeRun(run: {
  readonly config: ServerConfig;
  readonly phase: RunStatus["phase"];
  readonly round: number;
  readonly model: StoredModel;
  readonly lastEvaluation: EvaluationResult | null;
  readonly registry: ClientRegistry;
  readonly atWork?: readonly ClientAtWork[] | undefined;
}): RunStatus {
  const { runName, model: modelName, rounds: roundCount } = run.config;
  const { modelVersion, sha256, byteLength } = run.model;
  return {
    runName,
    modelName,
    phase: run.phase,
    round: run.round,
    roundCount,
    modelVersion,
    model: { path: modelPath(sha256), sha256, byteLength },
    lastEvaluation: run.lastEvaluation,
    ...(run.atWork && { atWork: run.atWork }),
    clients: run.registry.clients().map(({ candidate, backends, registration, connected }) => ({
      clientId: candidate.clientId,
      ...inUse(candidate, backends, registration),
      connected,
      exampleCount: candidate.exampleCount,
    })),
  };
}

/** Of an emulating agent what really trains. */
function inUse(
  { backend }: RegisteredClient["candidate"],
  backends: RegisteredClient["backends"],
  registration: RegisteredClient["registration"],
) {
  const chosen = backends.length > 1 ? backends.find((option) => option.backend === backend) : undefined;
  return { device: (chosen?.report ?? registration.device).name, backend: chosen?.backend ?? registration.backend };
}
