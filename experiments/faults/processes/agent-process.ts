// An agent of a faulty run in a process of its own, which kills or freezes itself at a moment of its work: argv holds its orders as
// JSON. Events go to stdout, one a line.

import { runAgent } from "../../../client/agent.ts";
import { agentOptions, watchAgent } from "../agents/agent-options.ts";
import type { Phase } from "../fault.ts";

/** What the process is told. */
export interface AgentOrders {
  readonly serverUrl: string;
  readonly number: number;
  /** Undefined: nothing happens to it. */
  readonly strike?: { readonly at: Phase; readonly signal: "SIGKILL" | "SIGSTOP" } | undefined;
}

const { serverUrl, number, strike } = JSON.parse(process.argv[2] ?? "{}") as AgentOrders;
const watch = watchAgent((phase) => {
  say({ type: "phase", phase });
  if (strike?.at === phase) process.kill(process.pid, strike.signal);
});

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const options = agentOptions(number, serverUrl, (event) => {
  if (event.type !== "progress") say(event);
  watch(event);
});
await runAgent(options, new AbortController().signal);
process.disconnect();
