// The same update twice: every part and the commit again. The one that was accepted is accepted again in words and counts once; the
// others are refused. From dispatch to training it is the round before's, from the upload on the struck round's own.

import { trainerOf, watchAgent } from "../agents/agent-options.ts";
import { RepeatingAgent } from "../agents/repeating-agent.ts";
import type { Cell } from "../cell/cell.ts";
import { agentName, type Phase, STRUCK_AGENT, STRUCK_ROUND } from "../fault.ts";
import { isAggregatorsPhase } from "./kill-agent.ts";
import type { Strike } from "./strike.ts";

/** In what the aggregator answers: codes of refusals, "taken" or "accepted". */
interface Answers {
  readonly parts: string;
  readonly commit: string;
}

export const duplicateUpload: Strike = {
  async run(cell, phase) {
    const answers = await repeat(cell, phase);
    cell.startLast(phase);
    await cell.finish();
    const round = roundOf(phase);
    const mayNotExist = phase === "registration" || phase === "upload";
    if (answers.commit !== "accepted" && !mayNotExist) throw new Error(`The commit was answered ${answers.commit}.`);
    return `of round ${round}: its parts ${answers.parts}, its commit ${answers.commit}`;
  },
};

const roundOf = (phase: Phase): number =>
  phase === "registration" || phase === "dispatch" || phase === "training" ? STRUCK_ROUND - 1 : STRUCK_ROUND;

async function repeat(cell: Cell, phase: Phase): Promise<Answers> {
  await cell.begin({ holdAt: phase });
  let answers: Promise<Answers> | undefined;
  let agent: RepeatingAgent | undefined;
  const strike = () => {
    cell.struckAt = performance.now() / 1000;
    answers ??= sendAgain(agent as RepeatingAgent, roundOf(phase));
    return answers;
  };
  const watch = watchAgent((reached) => {
    if (reached === phase) void strike();
  });
  cell.addAgent(STRUCK_AGENT, (number, serverUrl, signal) => {
    agent = new RepeatingAgent({
      ...{ number, serverUrl, signal, trainer: trainerOf(number) },
      onTask: (task) => watch({ type: "task-started", task }),
      onProgress: (progress) => watch({ type: "progress", progress }),
    });
    return agent.ended;
  });
  cell.startOthers(phase);
  if (phase !== "registration" && !isAggregatorsPhase(phase)) {
    await cell.timeline.until(`The strike of ${agentName(STRUCK_AGENT)}`, () => answers !== undefined);
    return strike();
  }
  await cell.reach(phase);
  const found = await strike();
  if (isAggregatorsPhase(phase)) cell.release();
  return found;
}

async function sendAgain(agent: RepeatingAgent, round: number): Promise<Answers> {
  const parts = await agent.sendParts(round);
  const reply = await agent.commit(round);
  const distinct = [...new Set(parts)];
  return {
    parts: distinct.map((answer) => (answer === "taken" ? "are taken again" : `are refused (${answer})`)).join(" or "),
    commit: reply.accepted ? "accepted" : `refused (${reply.code})`,
  };
}
