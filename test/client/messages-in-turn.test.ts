// Messages that come with the same bytes: a busy agent reads them in one go, and must still take them one after the other.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AggregatorConnection } from "../../client/aggregator-connection.ts";
import type { AgentToAggregatorEvents, AggregatorToAgentEvents, Train, Update } from "../../protocol/messages.ts";
import { socketParser } from "../../protocol/socket-parser.ts";
import { registration } from "../server/support/scripted-agent.ts";
import { tinyArchitecture } from "../server/support/tiny-run.ts";

const sha256 = "0".repeat(64);
const train: Train = {
  taskId: "r2-a",
  round: 2,
  modelVersion: 1,
  architecture: tinyArchitecture,
  parameters: { path: "/v1/models/x", sha256, byteLength: 1 },
  training: { epochs: 1, batchSize: 1, learningRate: 1, momentum: 0, seed: 1 },
  deadlineSeconds: 60,
  upload: { path: "/v1/updates/r2-a", token: "t", partBytes: 1024 },
};
const update: Update = {
  ...{ taskId: "r1-a", sha256, byteLength: 1, exampleCount: 1, stepCount: 1, trainingLoss: 0 },
  ...{ downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 },
};

let server: Server<AgentToAggregatorEvents, AggregatorToAgentEvents>;
let url: string;
beforeEach(async () => {
  const http = createServer();
  server = new Server(http, { parser: socketParser, transports: ["websocket"] });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

it("an agent counts an answer to its commit before the task of the next round that came with it", async () => {
  server.on("connection", (socket) => {
    const welcome = {
      protocolVersion: 3,
      runName: "run",
      modelName: "tiny",
      roundCount: 2,
      deviceSummary: "CPU",
    } as const;
    socket.on("register", (_message, acknowledge) =>
      acknowledge({ accepted: true, ...welcome, clock: { kind: "wall" } }),
    );
    socket.on("update", (_message, acknowledge) => {
      acknowledge({ accepted: true });
      socket.emit("train", train, () => {});
    });
  });
  const order: string[] = [];
  let resolveTask = () => {};
  const task = new Promise<void>((resolve) => {
    resolveTask = resolve;
  });
  const connection = new AggregatorConnection(url, registration("a"), {
    ...{
      onRegistered: () => {},
      onCancel: () => 0,
      onSecure: async () => ({ accepted: true }),
      onClockStarted: () => {},
      onRunFinished: () => {},
    },
    ...{ onRefused: () => {}, onDisconnected: () => {}, onCannotConnect: () => {}, onMessageRefused: () => {} },
    onTrain: () => {
      order.push("task of the next round");
      resolveTask();
      return { accepted: true };
    },
  });
  connection.open();
  try {
    await connection.commit(update, new AbortController().signal);
    order.push("answer to the commit");
    await task;
    expect(order).toEqual(["answer to the commit", "task of the next round"]);
  } finally {
    connection.close();
  }
});
