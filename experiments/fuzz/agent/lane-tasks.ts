// What a hostile aggregator has an agent do on its lane.

import { replyOf } from "../aggregator/roster-client.ts";
import type { AgentConnection } from "../wire/socket-server.ts";
import { AGENT_SECONDS, type Lane } from "./lane.ts";

/** Offers a task until the agent takes it; what it works on is cancelled. */
export async function giveTask(lane: Lane, task: Record<string, unknown>): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const connection = await lane.connection();
    if (!connection) return false;
    if (lane.runningTask) await cancel(connection, lane.runningTask);
    const reply = await connection.ask(AGENT_SECONDS, "train", task);
    if (replyOf(reply)?.accepted) return true;
    lane.runningTask = /works on task (.*)\."/.exec(JSON.stringify(reply) ?? "")?.[1] ?? lane.runningTask;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

export async function reconnect(lane: Lane): Promise<void> {
  await (await lane.connection())?.close();
  await lane.connection();
}

export function messageOfReply(reply: unknown): unknown {
  return typeof reply === "object" && reply !== null && "message" in reply ? reply.message : undefined;
}

/** Its answer, which also shows that the agent lives. */
export const cancel = (connection: AgentConnection, taskId: string) =>
  connection.ask(AGENT_SECONDS, "cancel", { taskId, reason: "another comes", elapsedSeconds: 0 });
