// SIGSTOP of an agent, and SIGCONT when the aggregator has long taken its connection for dead.

import { type Cell, isDisconnection } from "../cell/cell.ts";
import type { SpawnedProcess } from "../cell/spawn-process.ts";
import { agentName, type Phase, STRUCK_AGENT } from "../fault.ts";
import { isAggregatorsPhase } from "./kill-agent.ts";
import type { Strike } from "./strike.ts";

export const frozenAgent: Strike = {
  async run(cell, phase) {
    const agent = isAggregatorsPhase(phase) ? await freezeFromOutside(cell, phase) : await freezeItself(cell, phase);
    await cell.timeline.until("That the silent agent is taken for gone", isDisconnection);
    agent.child.kill("SIGCONT");
    cell.startLast(phase);
    await cell.finish();
    return "taken for gone after its heartbeats stop, it comes back and goes on with its work";
  },
};

async function freezeItself(cell: Cell, phase: Phase): Promise<SpawnedProcess> {
  await cell.begin();
  const agent = cell.startAgentProcess({ at: phase, signal: "SIGSTOP" });
  cell.startOthers(phase);
  await cell.reach(phase, agentName(STRUCK_AGENT));
  return agent;
}

async function freezeFromOutside(cell: Cell, phase: Phase): Promise<SpawnedProcess> {
  await cell.begin({ holdAt: phase });
  const agent = cell.startAgentProcess();
  cell.startOthers(phase);
  await cell.reach(phase);
  agent.child.kill("SIGSTOP");
  cell.release();
  return agent;
}
