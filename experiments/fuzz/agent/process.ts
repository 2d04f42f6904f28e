// The agents under fuzz, in a process and a folder of their own: real agents that begin again whenever they have ended, and a
// trainer that adds 1 to every parameter at once.

import { runAgent } from "../../../client/agent.ts";
import type { AgentOptions } from "../../../client/agent-types.ts";
import type { LocalTrainer } from "../../../client/training/local-trainer.ts";
import { wallClock } from "../../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { AgentLine, AgentOrders } from "../orders.ts";

const { url, clientIds } = JSON.parse(process.argv[2] ?? "{}") as AgentOrders;
const say = (line: AgentLine) => process.send?.(line);

const trainer: LocalTrainer = {
  exampleCount: 100,
  train: async ({ parameters, settings }) => ({
    parameters: createParameterSet(
      parameters.tensors,
      parameters.values.map((value) => value + 1),
    ),
    stepCount: settings.epochs * Math.ceil(100 / settings.batchSize),
    ...{ exampleCount: 100, trainingLoss: 0.5, computeSeconds: 0 },
  }),
  close: async () => {},
};

const resolved = resolveDevice({ kind: "gpu", name: "Tesla T4" });
const emulation = resolved.kind === "known" ? { device: resolved.device, seed: 1 } : undefined;

async function keepRunning(clientId: string, isEmulated: boolean): Promise<never> {
  const registration: AgentOptions["registration"] = {
    ...{ clientId, device: { kind: "gpu", name: "Tesla T4" }, exampleCount: 100, backend: "script", labels: [] },
    link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0 },
  };
  for (;;) {
    const stop = new AbortController();
    try {
      const result = await runAgent(
        {
          ...{ serverUrl: url, registration, trainer, clock: wallClock },
          emulation: isEmulated ? emulation : undefined,
          onEvent: (event) => {
            if (event.type === "warning" && event.sentence.includes("is given up")) say({ kind: "gave-up", clientId });
          },
        },
        stop.signal,
      );
      say({ kind: "ended", clientId, reason: result.reason });
    } catch (thrown) {
      if (thrown instanceof ProbSelectError) say({ kind: "ended", clientId, reason: thrown.code });
      else
        say({ kind: "defect", what: `an agent threw ${thrown instanceof Error ? thrown.stack : messageOf(thrown)}` });
    }
  }
}

process.on("uncaughtException", (error) => {
  say({ kind: "defect", what: `uncaught in the agents: ${error.stack ?? messageOf(error)}` });
});
process.on("unhandledRejection", (reason) => {
  say({
    kind: "defect",
    what: `unhandled rejection in the agents: ${reason instanceof Error ? reason.stack : String(reason)}`,
  });
});
process.on("message", () => {
  globalThis.gc?.();
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  const connections = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  say({ kind: "health", rssBytes, heapBytes, connections });
});
process.on("disconnect", () => process.exit(0));

await Promise.all(clientIds.map((clientId, place) => keepRunning(clientId, place >= clientIds.length / 2)));
