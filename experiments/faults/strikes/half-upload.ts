// Half a part of noise, for the upload that the struck agent works on, whose sender then hangs up: with that task's token, as an agent
// that died in the middle does, and with a wrong one. The honest agent goes on all the time.

import type { AgentEvent } from "../../../client/agent-types.ts";
import type { Train } from "../../../protocol/messages.ts";
import { updatePath } from "../../../protocol/transfer.ts";
import { watchAgent } from "../agents/agent-options.ts";
import { type Cell, PART_BYTES } from "../cell/cell.ts";
import { agentName, type Phase, STRUCK_AGENT } from "../fault.ts";
import { sendHalfPart } from "../network/raw-part.ts";
import { isAggregatorsPhase } from "./kill-agent.ts";
import type { Strike } from "./strike.ts";

export const halfUpload: Strike = {
  async run(cell, phase) {
    const answers = await strike(cell, phase);
    cell.startLast(phase);
    await cell.finish();
    if (answers.wrong === "cut off") throw new Error("Bytes with a wrong token were taken.");
    const own =
      answers.own === "cut off" ? "the torn part does not count and is sent again" : `refused (${answers.own})`;
    return `with the task's token: ${own}; with a wrong one: refused (${answers.wrong})`;
  },
};

interface Answers {
  readonly own: string;
  readonly wrong: string;
}

async function strike(cell: Cell, phase: Phase): Promise<Answers> {
  await cell.begin({ holdAt: phase });
  let task: Train | undefined;
  let answers: Promise<Answers> | undefined;
  const watch = watchAgent((reached) => {
    if (reached === phase && phase !== "registration") answers = sendBoth();
  });
  const sendBoth = () => {
    cell.struckAt = performance.now() / 1000;
    return sendHalves(cell, task);
  };
  cell.startAgent(STRUCK_AGENT, (event: AgentEvent) => {
    if (event.type === "task-started") task = event.task;
    watch(event);
  });
  cell.startOthers(phase);
  if (isAggregatorsPhase(phase) || phase === "registration") {
    await cell.reach(phase);
    answers = sendBoth();
    const both = await answers;
    if (isAggregatorsPhase(phase)) cell.release();
    return both;
  }
  await cell.timeline.until("The strike", () => answers !== undefined);
  return answers as unknown as Promise<Answers>;
}

async function sendHalves({ serverUrl }: Cell, task: Train | undefined): Promise<Answers> {
  const path = task?.upload.path ?? updatePath(`r1-${agentName(STRUCK_AGENT)}`);
  const half = { serverUrl, path, part: 0, bytes: new Uint8Array(PART_BYTES) };
  const [own, wrong] = await Promise.all([
    sendHalfPart({ ...half, token: task?.upload.token ?? "none" }),
    sendHalfPart({ ...half, token: "made-up" }),
  ]);
  return { own, wrong };
}
