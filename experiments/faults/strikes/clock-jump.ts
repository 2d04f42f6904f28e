// The wall clock of the aggregator's machine jumps: back while it runs; forward, with a kill -9 soon after, so that the next start
// finds the two times in its journal. Nothing that a round decides by may follow the wall clock.

import type { Phase } from "../fault.ts";
import type { Strike } from "./strike.ts";
import { howItWentOn } from "./words.ts";

const HOUR_SECONDS = 3600;
const forward = "an hour forward, killed soon after";

/** Late enough that something was journalled after the jump, where there is time for that. */
const killedAt: Readonly<Record<Phase, Phase>> = {
  registration: "aggregation",
  dispatch: "aggregation",
  training: "aggregation",
  upload: "aggregation",
  aggregation: "checkpoint",
  checkpoint: "checkpoint",
};

export const clockJump: Strike = {
  forms: ["an hour back", forward],
  async run(cell, phase, form) {
    const seconds = form === forward ? HOUR_SECONDS : -HOUR_SECONDS;
    const killAt = form === forward ? killedAt[phase] : undefined;
    await cell.begin({ clockJump: { at: phase, seconds }, killAt });
    cell.startAgent(2);
    cell.startOthers(phase);
    await cell.reach(phase);
    cell.startLast(phase);
    if (killAt === undefined) {
      await cell.finish();
      return "nothing follows the wall clock but the journal's times";
    }
    await cell.aggregator.exited;
    cell.startAggregator();
    await cell.finish();
    return `started again, ${howItWentOn(cell.timeline)} and with the time that was left`;
  },
};
