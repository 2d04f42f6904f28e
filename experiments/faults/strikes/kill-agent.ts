// kill -9 of an agent, and its restart. The agent kills itself in the middle of its own work; where the aggregator is the one who
// works it is held until the agent is dead.

import { type Cell, isDisconnection } from "../cell/cell.ts";
import { agentName, type Phase, STRUCK_AGENT } from "../fault.ts";
import type { Strike } from "./strike.ts";

export const killAgent: Strike = {
  async run(cell, phase) {
    if (isAggregatorsPhase(phase)) await killFromOutside(cell, phase);
    else await killItself(cell, phase);
    cell.startAgentProcess();
    cell.startLast(phase);
    await cell.finish();
    return afterwards[phase];
  },
};

const afterwards: Readonly<Record<Phase, string>> = {
  registration: "started again, it registers anew, and the first round waits for it",
  dispatch: "started again, it gets its task of the round again",
  training: "started again, it gets its task of the round again and trains from the start of it",
  upload: "started again, it gets its task again, trains from the start of it and sends the parts that had not arrived",
  aggregation: "its update, which was accepted, is in the model",
  checkpoint: "its update, which was accepted, is in the model",
};

async function killItself(cell: Cell, phase: Phase): Promise<void> {
  await cell.begin();
  const agent = cell.startAgentProcess({ at: phase, signal: "SIGKILL" });
  cell.startOthers(phase);
  await cell.reach(phase, agentName(STRUCK_AGENT));
  await agent.exited;
  await cell.timeline.until("The end of the agent's connection", isDisconnection);
}

async function killFromOutside(cell: Cell, phase: Phase): Promise<void> {
  await cell.begin({ holdAt: phase });
  const agent = cell.startAgentProcess();
  cell.startOthers(phase);
  await cell.reach(phase);
  agent.child.kill("SIGKILL");
  await cell.timeline.until("The end of the agent's connection", isDisconnection);
  cell.release();
}

/** In these it is not an agent that works. */
export function isAggregatorsPhase(phase: Phase): boolean {
  return phase === "aggregation" || phase === "checkpoint";
}
