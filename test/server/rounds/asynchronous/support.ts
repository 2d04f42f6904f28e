// An asynchronous run of the tiny model, and what its tests ask of it.

import { readFile } from "node:fs/promises";
import { decodeParameterFile } from "../../../../models/parameter-file.ts";
import { createFedBuff } from "../../../../server/aggregation/fedbuff.ts";
import { parseConfig } from "../../../../server/load-config.ts";
import type { RunParts } from "../../../../server/run-parts.ts";
import type { ScriptedAgent } from "../../support/scripted-agent.ts";
import { startTestRun, tinyFile, tinyParts } from "../../support/tiny-run.ts";

export const fedbuffParts = (changes: Partial<RunParts> = {}): RunParts =>
  tinyParts({ strategy: createFedBuff({ serverLearningRate: 1 }), ...changes });

export interface AsynchronousRun {
  readonly bufferSize: number;
  readonly concurrency: number;
  readonly maximumStaleness?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly parts?: RunParts;
}

export function startAsynchronousRun({ config, parts = fedbuffParts(), ...asynchronous }: AsynchronousRun) {
  return startTestRun({ rounds: 3, aggregation: { asynchronous }, ...config }, { parts });
}

export const asynchronousConfig = (content: object) => parseConfig(content, "the test");

export const valuesOf = async (path: string | null) => [...decodeParameterFile(await readFile(path ?? "")).values];

/** Delivers a model of three equal parameters for the agent's task number `index`. */
export const deliver = (agent: ScriptedAgent, value: number, index = 0) =>
  agent.deliver(tinyFile(value, value, value), { index });
