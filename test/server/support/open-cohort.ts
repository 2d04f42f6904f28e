// A cohort over real sockets and HTTP without a run around it: a test hands it a round's task and reads how each client ends.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { wallClock } from "../../../foundation/clock.ts";
import { type AggregatorLimits, defaultLimits } from "../../../server/aggregator-options.ts";
import { createAgentServer } from "../../../server/clients/agent-server.ts";
import { ClientRegistry } from "../../../server/clients/client-registry.ts";
import { serveAgent } from "../../../server/clients/serve-agent.ts";
import { createHttpApp } from "../../../server/http/http-app.ts";
import { listen } from "../../../server/http/listen.ts";
import { createGlobalModel } from "../../../server/models/global-model.ts";
import { ModelStore } from "../../../server/models/model-store.ts";
import { SocketCohort } from "../../../server/rounds/socket-cohort.ts";
import type { CohortReply, RoundTask } from "../../../server/rounds/types.ts";
import { UploadStore } from "../../../server/uploads/upload-store.ts";
import { tinyArchitecture, tinyParameters } from "./tiny-run.ts";

export interface OpenCohort extends AsyncDisposable {
  readonly url: string;
  /** Runs one round over the clients; resolves with how each ended, by its name, when the round is over. */
  train(clientIds: readonly string[], changes?: Partial<RoundTask>): Promise<ReadonlyMap<string, CohortReply>>;
}

export interface OpenCohortOptions {
  readonly limits?: Partial<AggregatorLimits>;
  /** The check of a commit begins when this resolves. */
  readonly beforeCheck?: (taskId: string) => Promise<void>;
}

/** Dispose it at the end of the test: that ends its round, too. */
export async function openCohort(options: OpenCohortOptions = {}): Promise<OpenCohort> {
  const { beforeCheck = async () => {} } = options;
  const folder = await mkdtemp(join(tmpdir(), "cohort-"));
  const liveness = { heartbeatSeconds: 5, heartbeatPatienceSeconds: 20, leaseSeconds: 120, restartGraceSeconds: 60 };
  const limits = { ...defaultLimits, ...liveness, ...options.limits };
  const models = await ModelStore.open(join(folder, "models"));
  const uploads = await UploadStore.open(join(folder, "spool"), new Uint8Array(32));
  const { current: model } = await createGlobalModel(models, tinyParameters(0, 0, 0));
  const registry = new ClientRegistry({
    resolveDevice: ({ name }) => {
      return { kind: "unknown", reportedName: name, tier: "unknown", tierReason: "test", warnings: [] };
    },
    isClockEmulated: false,
  });
  const cohort = new SocketCohort({
    ...limits,
    registry,
    uploads: {
      expect: (upload) => uploads.expect(upload),
      close: (taskId) => uploads.close(taskId),
      recover: (upload) => uploads.recover(upload),
      discard: (taskId) => uploads.discard(taskId),
      commit: async (taskId, stated) => {
        await beforeCheck(taskId);
        return uploads.commit(taskId, stated);
      },
    },
    clockDescription: { kind: "wall" },
    wall: wallClock,
    reconnectGraceSeconds: 60,
    onProgress: () => {},
    onClockStarted: () => {},
    keepAccepted: async () => {},
  });
  const describeRun = () => {
    throw new Error("there is no run");
  };
  const app = createHttpApp({ models, uploads, describeRun, logger: pino({ level: "silent" }) });
  const sockets = createAgentServer(app.server, limits);
  const clock = { kind: "wall" } as const;
  const run = { runName: "none", modelName: "tiny", roundCount: 1, clock, deviceSummary: "test" };
  sockets.on("connection", (socket) =>
    serveAgent(socket, {
      registry,
      tasks: cohort,
      welcome: ({ registration }) => ({ accepted: true, protocolVersion: registration.protocolVersion, ...run }),
      onRegistered: () => {},
      onDisconnected: () => {},
      onRefused: () => {},
    }),
  );
  const port = await listen(app, "127.0.0.1", 0);
  const end = new AbortController();
  const task: RoundTask = {
    round: 1,
    model,
    architecture: tinyArchitecture,
    training: { epochs: 1, batchSize: 10, learningRate: 0.1, momentum: 0 },
    deadlineSeconds: 600,
    seed: 1,
  };
  return {
    url: `http://127.0.0.1:${port}`,
    async train(clientIds, changes) {
      const replies = new Map<string, CohortReply>();
      for await (const reply of cohort.train({ ...task, ...changes }, clientIds, end.signal)) {
        replies.set(reply.kind === "update" ? reply.update.clientId : reply.outcome.clientId, reply);
      }
      return replies;
    },
    async [Symbol.asyncDispose]() {
      end.abort();
      sockets.disconnectSockets(true);
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
