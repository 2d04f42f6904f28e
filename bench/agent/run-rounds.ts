// A real agent in a process of its own, which trains once a round for an aggregator in this one. Everything is as in production but for
// the scoring of the global model, which is the aggregator's work and would take most of the time.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAggregator } from "../../server/aggregator.ts";
import type { AggregatorEvent } from "../../server/journal/events.ts";
import { parseConfig } from "../../server/load-config.ts";
import { prepareParts } from "../../server/prepare-run.ts";
import { type AgentProcess, type AgentSetting, startAgent } from "./agent-process.ts";
import { peakResidentBytes, residentBytes } from "./resident-memory.ts";

export interface AgentWork extends Omit<AgentSetting, "stateFolder"> {
  readonly trainings: number;
  readonly model: string;
  readonly batchSize: number;
}

export interface AgentRun {
  /** After each training; with those of the agent's child processes. */
  readonly residentBytes: readonly number[];
  /** The most that the agent's own process had at any moment. */
  readonly peakRssBytes: number;
  readonly seconds: number;
  readonly backend: string;
  /** How often the agent went on with a fresh training thread or process. */
  readonly renewals: number;
}

/** @param progress a line for people while it runs. */
export async function runRounds(work: AgentWork, progress: (line: string) => void): Promise<AgentRun> {
  const { trainings, model, batchSize, ...setting } = work;
  const folder = await mkdtemp(join(tmpdir(), "probselect-agent-"));
  const config = parseConfig(
    {
      ...{ rounds: trainings, model, minimumClients: 1, port: 0, outputDirectory: folder },
      training: { batchSize, momentum: 0.9, learningRate: 0.01 },
      slo: { deadlineSeconds: 600 },
      selection: { policy: "all" },
    },
    "the agent benchmark",
  );
  const samples: number[] = [];
  let peakRssBytes = 0;
  const failures: string[] = [];
  let agent: AgentProcess | undefined;
  const onEvent = (event: AggregatorEvent) => {
    const pid = agent?.child.pid;
    if (event.type !== "round-finished" || pid === undefined) return;
    const { round, clients } = event.outcome;
    if (clients[0]?.status !== "completed") failures.push(`round ${round}: ${JSON.stringify(clients)}`);
    const now = residentBytes(pid);
    samples.push(now);
    peakRssBytes = peakResidentBytes(pid);
    if (samples.length % 50 === 0) progress(`training ${samples.length} of ${trainings}, ${Math.round(now / 1e6)} MB`);
  };
  const parts = { ...(await prepareParts(config)), evaluate: async () => null, close: async () => {} };
  const aggregator = await startAggregator(config, { parts, onEvent });
  try {
    const started = performance.now();
    agent = startAgent(aggregator.url, { ...setting, stateFolder: folder });
    await aggregator.finished;
    await agent.exited;
    if (failures.length > 0) throw new Error(`rounds without their update: ${failures.join("; ")}`);
    const seconds = (performance.now() - started) / 1000;
    return { residentBytes: samples, peakRssBytes, seconds, ...agent.said };
  } finally {
    await aggregator.close();
    agent?.child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}
