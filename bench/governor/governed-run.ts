// One run over sockets, in a process of its own: a real aggregator and a real agent that offers these back-ends. Started by governor.ts
// with its orders as JSON; prints what happened as JSON, the last line of stdout.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeThisDevice } from "../../cli/client/describe-this-device.ts";
import { runAgent } from "../../client/agent.ts";
import { WorkerTrainer } from "../../client/training/worker-trainer.ts";
import { wallClock } from "../../foundation/clock.ts";
import { startAggregator } from "../../server/aggregator.ts";
import type { AggregatorEvent } from "../../server/journal/events.ts";
import { parseConfig } from "../../server/load-config.ts";
import { prepareParts } from "../../server/prepare-run.ts";
import { peakRssBytes } from "../measurement.ts";
import type { RunOrders, RunResult } from "./orders.ts";

const { model, exampleCount, batchSize, backends, rounds } = JSON.parse(process.argv[2] ?? "{}") as RunOrders;
const folder = await mkdtemp(join(tmpdir(), "governor-"));
try {
  console.log(JSON.stringify(await run()));
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);

async function run(): Promise<RunResult> {
  const training = { epochs: 1, batchSize, learningRate: 0.001, momentum: 0.9 };
  const slo = { deadlineSeconds: 3600, minimumProbability: 0 };
  const places = { minimumClients: 1, port: 0, outputDirectory: folder };
  const config = parseConfig({ model, dataset: "mnist", rounds, training, slo, ...places }, "the benchmark");
  const events: AggregatorEvent[] = [];
  const parts = { ...(await prepareParts(config)), evaluate: async () => null, close: async () => {} };
  const aggregator = await startAggregator(config, { parts, onEvent: (event) => events.push(event) });
  const partition = { kind: "iid" } as const;
  const shard = { index: 0, count: 10 };
  const data = { datasetName: "mnist", partition, shard, seed: 1, maximumExamples: exampleCount };
  const [first, ...others] = backends;
  const trainer = await WorkerTrainer.start({ data, backend: first });
  const device = await describeThisDevice({}, { figures: {}, backend: trainer.backend, others });
  const registration = {
    ...{ clientId: "a", device: device.report, backend: first, otherBackends: [...device.others], labels: [] },
    ...{ exampleCount: trainer.exampleCount },
    link: { downlinkBitsPerSecond: 1e10, uplinkBitsPerSecond: 1e10, roundTripSeconds: 1e-4 },
  };
  const agent = { serverUrl: aggregator.url, registration, trainer, clock: wallClock, onEvent: () => {} };
  const left = runAgent(agent, new AbortController().signal);
  await aggregator.finished;
  await left;
  await trainer.close();
  return resultOf(events);
}

function resultOf(events: readonly AggregatorEvent[]): RunResult {
  const seconds: number[] = [];
  const used: string[] = [];
  let decidedBeforeFirstRound: string | undefined;
  for (const event of events) {
    if (event.type === "client-registered") decidedBeforeFirstRound = event.backendChoice?.reason ?? event.backend;
    if (event.type === "round-planned") used.push(event.plan.backendDecisions?.[0]?.backend ?? (backends[0] as string));
    if (event.type === "round-finished") seconds.push(event.outcome.metrics.roundSeconds);
  }
  return { seconds, used, decision: decidedBeforeFirstRound ?? "", peakRssBytes: peakRssBytes() };
}
