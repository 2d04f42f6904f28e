// A real agent whose aggregator a test plays, frame by frame.

import { runAgent } from "../../client/agent.ts";
import type { AgentEvent, AgentResult } from "../../client/agent-types.ts";
import { type HostileServer, startHostileServer } from "../../experiments/fuzz/agent/hostile-server.ts";
import type { AgentConnection } from "../../experiments/fuzz/wire/socket-server.ts";
import { wallClock } from "../../foundation/clock.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";

export interface PlayedAggregator extends AsyncDisposable {
  readonly server: HostileServer;
  /** The agent's next connection, on which nothing has been said. */
  connection(): Promise<AgentConnection>;
  /** Resolves when the agent says such an event of itself. */
  heard(type: AgentEvent["type"]): Promise<AgentEvent>;
  readonly result: Promise<AgentResult>;
}

/** Starts an agent that emulates a Tesla T4 and would train nothing. */
export async function playAggregator(): Promise<PlayedAggregator> {
  const server = await startHostileServer();
  const connections: AgentConnection[] = [];
  const events: AgentEvent[] = [];
  let wake = () => {};
  const news = () => new Promise<void>((resolve) => (wake = resolve));
  server.onConnection = (connection) => {
    connections.push(connection);
    wake();
  };
  const device = resolveDevice({ kind: "gpu", name: "Tesla T4" });
  if (device.kind !== "known") throw new Error("the catalogue has no Tesla T4");
  const stop = new AbortController();
  const result = runAgent(
    {
      serverUrl: server.url,
      registration: {
        ...{
          clientId: "agent",
          device: { kind: "gpu", name: "Tesla T4" },
          exampleCount: 100,
          backend: "script",
          labels: [],
        },
        link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0 },
      },
      trainer: {
        exampleCount: 100,
        train: async () => Promise.reject(new Error("it trains nothing")),
        close: async () => {},
      },
      clock: wallClock,
      emulation: { device: device.device, seed: 1 },
      onEvent: (event) => {
        events.push(event);
        wake();
      },
    },
    stop.signal,
  );
  result.catch(() => {});
  return {
    ...{ server, result },
    async connection() {
      for (;;) {
        const next = connections.shift();
        if (next) return next;
        await news();
      }
    },
    async heard(type) {
      for (;;) {
        const found = events.find((event) => event.type === type);
        if (found) return found;
        await news();
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await result.catch(() => {});
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Greets, joins and welcomes as an honest aggregator does; resolves when the agent is registered. */
export async function welcomeAgent(connection: AgentConnection, welcome: unknown): Promise<void> {
  const registered = new Promise<void>((resolve) => {
    connection.onPacket = ({ type, data, id }) => {
      if (type === 0) return connection.sendPacket({ type: 0, nsp: "/", data: { sid: "test" } });
      if (type !== 2 || !Array.isArray(data) || data[0] !== "register") return;
      connection.sendPacket({ type: 3, nsp: "/", data: [welcome], id });
      resolve();
    };
  });
  connection.greet();
  await registered;
}
