// An update that comes when its round takes no more. A fourth agent trains in every round and delivers nothing until three others have
// closed the round without it (policy over-provision); it then sends its parts and its commit all the same. From dispatch to upload
// it does so for the round before, which is over; at the aggregation and after it for the struck round, which has cut it off.

import type { LocalTrainer } from "../../../client/training/local-trainer.ts";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { RepeatingAgent } from "../agents/repeating-agent.ts";
import { AGENTS, type Phase, STRUCK_AGENT, STRUCK_ROUND } from "../fault.ts";
import { SmallTrainer } from "../small-run.ts";
import { isAggregatorsPhase } from "./kill-agent.ts";
import type { Strike } from "./strike.ts";

const LATE_AGENT = AGENTS + 1;

export const lateUpload: Strike = {
  prepare: async (options) => ({
    options: {
      ...options,
      changes: {
        minimumClients: LATE_AGENT,
        selection: { policy: "over-provision", cohortSize: AGENTS, settings: { factor: LATE_AGENT / AGENTS } },
      },
    },
    giveBack: async () => {},
  }),

  async run(cell, phase) {
    await cell.begin({ holdAt: phase });
    let late: RepeatingAgent | undefined;
    const files = new Map<number, Uint8Array>();
    cell.addAgent(LATE_AGENT, (number, serverUrl, signal) => {
      let round = 0;
      late = new RepeatingAgent({
        ...{ number, serverUrl, signal },
        trainer: hesitant(new SmallTrainer(number, 0), (file) => files.set(round, file)),
        onTask: (task) => {
          round = task.round;
        },
      });
      return late.ended;
    });
    cell.startAgent(STRUCK_AGENT);
    cell.startOthers(phase);
    await cell.reach(phase);
    const round = lateFor(phase);
    const answer = await sendLate(late as RepeatingAgent, round, files.get(round));
    if (isAggregatorsPhase(phase)) cell.release();
    cell.startLast(phase);
    await cell.finish();
    return `of round ${round}: ${answer}`;
  },
};

function lateFor(phase: Phase): number {
  if (phase === "registration") return 0;
  return isAggregatorsPhase(phase) ? STRUCK_ROUND : STRUCK_ROUND - 1;
}

/** @throws {Error} if anything of it is taken. */
async function sendLate(agent: RepeatingAgent, round: number, file: Uint8Array | undefined): Promise<string> {
  const parts = [...new Set(await agent.sendParts(round, file))];
  const reply = await agent.commit(round);
  if (reply.accepted) throw new Error("The late commit was accepted.");
  const spooled = parts.includes("taken");
  const words = spooled ? "its parts are thrown away with its round" : `its parts are refused (${parts.join(", ")})`;
  return `${words}, its commit is refused (${reply.code})`;
}

/** Trains at once, and keeps its result to itself until it is cancelled. */
function hesitant(trainer: LocalTrainer, keep: (file: Uint8Array) => void): LocalTrainer {
  return {
    exampleCount: trainer.exampleCount,
    close: () => trainer.close(),
    async train(task, controls) {
      const result = await trainer.train(task, controls);
      keep(encodeParameterFile(result.parameters));
      await new Promise<void>((resolve) => controls.signal.addEventListener("abort", () => resolve(), { once: true }));
      return result;
    },
  };
}
