// The aggregator under load, in a process of its own, so that its memory is its own: everything of production but the network that is
// trained, which is one square layer of the wished size.

import { architectureSchema } from "../../models/architecture.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../../selection/latency/find-latency-model.ts";
import { fedAvg } from "../../server/aggregation/fedavg.ts";
import { startAggregator } from "../../server/aggregator.ts";
import type { AggregatorEvent } from "../../server/journal/events.ts";
import { parseConfig } from "../../server/load-config.ts";
import { loadRuledPolicy } from "../../server/load-policy.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import type { LoadResult, ServerLine, ServerOrders } from "./orders.ts";

const { agents, cohortSize, rounds, width, folder } = JSON.parse(process.argv[2] ?? "{}") as ServerOrders;
const counts = { registered: 0, disconnectedCount: 0, refusedCount: 0, completedCount: 0, selectedCount: 0 };
let startedAt = 0;
let endedAt = 0;

function say(line: ServerLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function onEvent(event: AggregatorEvent): void {
  if (event.type === "client-registered" && ++counts.registered % 500 === 0) {
    say({ kind: "registered", count: counts.registered });
  }
  if (event.type === "client-disconnected") counts.disconnectedCount++;
  if (event.type === "message-refused") counts.refusedCount++;
  if (event.type === "round-planned") startedAt ||= performance.now();
  if (event.type === "round-finished") {
    endedAt = performance.now();
    counts.completedCount += event.outcome.metrics.completedCount;
    counts.selectedCount += event.outcome.metrics.selectedCount;
    const { rss, heapUsed } = process.memoryUsage();
    say({ kind: "round", round: event.outcome.round, rssBytes: rss, heapBytes: heapUsed });
  }
}

const architecture = architectureSchema.parse({
  name: "square",
  inputShape: [width],
  layers: [{ kind: "dense", name: "square", units: width, activation: "linear" }],
});
const config = parseConfig(
  {
    ...{ rounds, minimumClients: agents, port: 0, outputDirectory: folder, waitForClientsSeconds: 600 },
    slo: { deadlineSeconds: 3600 },
    selection: { policy: "fedlim", cohortSize },
    // Two cores serve and play thousands of agents: a busy second is nobody's death.
    liveness: { heartbeatSeconds: 25, heartbeatPatienceSeconds: 60 },
    // All agents have one address here, as behind one router; the limits are for an address.
    security: { limits: { connectionsPerMinute: 1e6, requestsPerMinute: 1e6, registrationsPerMinute: 1e6 } },
  },
  "the load benchmark",
);
const aggregator = await startAggregator(config, {
  parts: {
    architecture,
    workload: workloadFor({ architecture, training: config.training }),
    latencyModel: findLatencyModel(config.latencyModel, { calibrations: [], lawKind: config.computeLaw }),
    policy: await loadRuledPolicy(config.selection.policy, config.selection),
    strategy: fedAvg,
    initialParameters: initialParameters(architecture, config.seed),
    resolveDevice,
    evaluate: async () => null,
    close: async () => {},
  },
  limits: { acknowledgeSeconds: 300 },
  onEvent,
});
say({ kind: "listening", url: aggregator.url });
await aggregator.finished;
const { registered: _registered, ...rest } = counts;
const result: LoadResult = {
  kind: "result",
  seconds: (endedAt - startedAt) / 1000,
  ...rest,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
};
say(result);
