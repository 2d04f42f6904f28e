// One run of aggregator and load agents, two processes on loopback, over their stdout.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AgentOrders, LoadResult, ServerLine, ServerOrders } from "./orders.ts";

export interface LoadRun {
  readonly result: LoadResult;
  /** One for each round. */
  readonly rounds: readonly Extract<ServerLine, { kind: "round" }>[];
}

/** @param progress a line for people while it runs. */
export async function runLoad(
  orders: Omit<ServerOrders, "folder">,
  progress: (line: string) => void,
): Promise<LoadRun> {
  const folder = await mkdtemp(join(tmpdir(), "probselect-load-"));
  const server = start("./server-process.ts", { ...orders, folder } satisfies ServerOrders);
  let agents: ChildProcess | undefined;
  const rounds: Extract<ServerLine, { kind: "round" }>[] = [];
  let result: LoadResult | undefined;
  try {
    if (!server.stdout) throw new Error("the server has no stdout");
    for await (const text of createInterface({ input: server.stdout })) {
      const line = JSON.parse(text) as ServerLine;
      if (line.kind === "listening") {
        agents = start("./agents-process.ts", { url: line.url, count: orders.agents } satisfies AgentOrders);
        // Without agents the aggregator would wait for them.
        agents.once("exit", (code) => code !== 0 && server.kill("SIGKILL"));
      } else if (line.kind === "registered") progress(`${line.count} of ${orders.agents} agents registered`);
      else if (line.kind === "result") result = line;
      else {
        rounds.push(line);
        const every = Math.max(1, Math.floor(orders.rounds / 20));
        if (line.round % every === 0) progress(`round ${line.round} of ${orders.rounds}, ${megabytes(line.rssBytes)}`);
      }
    }
    if (!result) throw new Error("the server ended without a result; its reason is above");
    if (agents && agents.exitCode === null) await once(agents, "exit");
    return { result, rounds };
  } finally {
    for (const child of [server, agents]) child?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

function start(script: string, orders: unknown): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const command = ["--import", "tsx", path, JSON.stringify(orders)];
  return spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
