// The aggregator and the selection service under fuzz, in a process of their own: a crash is a crash, and memory is their own.
// Everything of production but the network, the choice of clients and the evaluation.

import { Writable } from "node:stream";
import { pino } from "pino";
import { messageOf } from "../../../foundation/errors.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { codeOf } from "../../../selection/policy/impossibility.ts";
import { type SelectionPolicy, startPolicy } from "../../../selection/policy/policy.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { startAggregator } from "../../../server/aggregator.ts";
import { listen } from "../../../server/http/listen.ts";
import type { AggregatorEvent } from "../../../server/journal/events.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { createSelectionApp } from "../../../server/selection-service/selection-app.ts";
import { SelectionService } from "../../../server/selection-service/selection-service.ts";
import { servedPolicies } from "../../../server/selection-service/served-policies.ts";
import { workloadFor } from "../../../workloads/workload-for.ts";
import type { AggregatorLine, AggregatorOrders } from "../orders.ts";
import { tinyArchitecture, tinyParameters } from "../tiny-model.ts";
import { isInRoster } from "./roster.ts";

const { folder, rounds, clientCount, encoding } = JSON.parse(process.argv[2] ?? "{}") as AggregatorOrders;
const say = (line: AggregatorLine) => process.send?.(line);

/** Takes the roster and nobody else; the two honest updates end a round, so that the others are told to cancel. */
function rosterPolicy(): SelectionPolicy {
  return startPolicy({
    name: "roster",
    needs: "static-specs",
    begin: () => null,
    select: ({ candidates }) => {
      const ids = Array.from(candidates.slots, (_, index) => candidates.candidateAt(index).candidate.clientId);
      const reasons = Uint8Array.from(ids, (id) => (isInRoster(id) ? 0 : codeOf("below-probability")));
      return {
        selection: { reasons, because: () => "by its name", roundEnd: { kind: "first", updates: 2 } },
        state: null,
      };
    },
  });
}

function onEvent(event: AggregatorEvent): void {
  if (event.type !== "round-finished") return;
  const { round, status, clients } = event.outcome;
  const completed = clients.flatMap((client) => (client.status === "completed" ? [client.clientId] : []));
  say({ kind: "round", round, status, completed });
}

const logged = new Writable({
  write(chunk, _encoding, done) {
    say({ kind: "defect", what: String(chunk) });
    done();
  },
});

const config = parseConfig(
  {
    ...{ rounds, minimumClients: clientCount, port: 0, outputDirectory: folder, waitForClientsSeconds: 120 },
    ...{ slo: { deadlineSeconds: 36_000 }, reconnectGraceSeconds: 30, compression: encoding },
    liveness: { heartbeatSeconds: 1, heartbeatPatienceSeconds: 60 },
    // Everything comes from one address; behind limits there would be nothing to find.
    security: { limits: { connectionsPerMinute: 1e6, requestsPerMinute: 1e6, registrationsPerMinute: 1e6 } },
  },
  "the fuzz run",
);
const aggregator = await startAggregator(config, {
  parts: {
    architecture: tinyArchitecture,
    workload: workloadFor({ architecture: tinyArchitecture, training: config.training }),
    latencyModel: findLatencyModel(config.latencyModel, { calibrations: [], lawKind: config.computeLaw }),
    policy: rosterPolicy(),
    strategy: fedAvg,
    initialParameters: tinyParameters(0),
    resolveDevice,
    evaluate: async () => null,
    close: async () => {},
  },
  limits: { acknowledgeSeconds: 2, partBytes: 1024 },
  logger: pino({ level: "error" }, logged),
  onEvent,
});
const service = new SelectionService({
  latencyModel: rooflineModel,
  policies: servedPolicies(undefined),
  maximumRuns: 4,
});
const selection = createSelectionApp(service, (error) =>
  say({ kind: "defect", what: `selection service: ${String(error)}` }),
);
const selectionPort = await listen(selection, "127.0.0.1", 0);

process.on("uncaughtException", (error) => {
  say({ kind: "defect", what: `uncaught: ${error.stack ?? messageOf(error)}` });
});
process.on("unhandledRejection", (reason) => {
  say({ kind: "defect", what: `unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}` });
});
process.on("message", (question) => {
  if (question === "health after a collection") globalThis.gc?.();
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  const connections = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  say({ kind: "health", rssBytes, heapBytes, connections });
});
process.on("disconnect", () => process.exit(0));

say({ kind: "listening", port: aggregator.port, selectionPort });
try {
  const { modelFile } = await aggregator.finished;
  say({ kind: "finished", modelSha256: /[0-9a-f]{64}/.exec(modelFile ?? "")?.[0] ?? "none" });
} catch (thrown) {
  say({ kind: "defect", what: `the run failed: ${messageOf(thrown)}` });
}
