// An agent of a secure run in a process of its own: argv holds its orders as JSON. It says on stderr what it does, one line an event.

import { runAgent } from "../../../client/agent.ts";
import { agentOptions } from "../../../experiments/faults/agents/agent-options.ts";

/** What the process is told. */
export interface AgentOrders {
  readonly serverUrl: string;
  readonly number: number;
  /** What it does to itself, once, between its confirmation and its masked input of this round. */
  readonly whenMasked?: { readonly round: number; readonly signal: "SIGKILL" | "SIGSTOP" } | undefined;
}

const { serverUrl, number, whenMasked } = JSON.parse(process.argv[2] ?? "{}") as AgentOrders;

let isStruck = false;

await runAgent(
  agentOptions(number, serverUrl, (event) => {
    const round = "task" in event ? ` ${event.task.round}` : "";
    const end = event.type === "task-ended" ? ` ${event.end.status}` : "";
    process.stderr.write(`${event.type}${round}${end}\n`);
    if (event.type !== "masked" || event.task.round !== whenMasked?.round || isStruck) return;
    isStruck = true;
    process.kill(process.pid, whenMasked.signal);
  }),
  new AbortController().signal,
);
