// A task that is given again: the same one goes on, but not if its round was planned anew on another model.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import { expect, it } from "vitest";
import { runAgent } from "../../client/agent.ts";
import type { AgentEvent } from "../../client/agent-types.ts";
import { wallClock } from "../../foundation/clock.ts";
import type { AgentToAggregatorEvents, AggregatorToAgentEvents, Reply, Train } from "../../protocol/messages.ts";
import { socketParser } from "../../protocol/socket-parser.ts";
import { registration } from "../server/support/scripted-agent.ts";
import { tinyArchitecture } from "../server/support/tiny-run.ts";

type AgentSocket = Socket<AgentToAggregatorEvents, AggregatorToAgentEvents>;

const taskOn = (sha256: string): Train => ({
  taskId: "r2-a",
  round: 2,
  modelVersion: 1,
  architecture: tinyArchitecture,
  parameters: { path: `/v1/models/${sha256}`, sha256, byteLength: 1 },
  training: { epochs: 1, batchSize: 1, learningRate: 1, momentum: 0, seed: 1 },
  deadlineSeconds: 60,
  upload: { path: "/v1/updates/r2-a", token: "t", partBytes: 1024 },
});

it("an agent begins anew when its task comes again on another model, and goes on when it is the same", async () => {
  // The model's download never ends: the agent is at work as long as it is not told otherwise.
  const http = createServer(() => {});
  const server = new Server<AgentToAggregatorEvents, AggregatorToAgentEvents>(http, {
    parser: socketParser,
    transports: ["websocket"],
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const answers = new Promise<Reply[]>((resolve) => {
    server.on("connection", (socket: AgentSocket) => {
      socket.on("register", async (_message, acknowledge) => {
        const facts = { runName: "run", modelName: "tiny", roundCount: 2, deviceSummary: "CPU" };
        acknowledge({ accepted: true, protocolVersion: 3, clock: { kind: "wall" }, ...facts });
        const [old, anew] = [taskOn("0".repeat(64)), taskOn("1".repeat(64))];
        const replies: Reply[] = [];
        for (const task of [old, old, anew]) replies.push(await socket.emitWithAck("train", task));
        resolve(replies);
      });
    });
  });
  const events: AgentEvent[] = [];
  const stop = new AbortController();
  const { protocolVersion: _version, emulated: _emulated, ...report } = registration("a");
  const agent = runAgent(
    {
      serverUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      registration: report,
      trainer: { exampleCount: 100, train: () => new Promise(() => {}), close: async () => {} },
      clock: wallClock,
      onEvent: (event) => events.push(event),
    },
    stop.signal,
  );
  expect(await answers).toEqual([{ accepted: true }, { accepted: true }, { accepted: true }]);
  stop.abort();
  await agent;
  await server.close();
  const ends = events.flatMap((event) =>
    event.type === "task-ended" ? [[event.task.parameters.sha256[0], event.end.status]] : [],
  );
  expect(ends).toEqual([
    ["0", "cancelled"],
    ["1", "cancelled"],
  ]);
});
