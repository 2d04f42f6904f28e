// kill -9 of the aggregator, and its restart with the same configuration.

import type { Strike } from "./strike.ts";
import { howItWentOn } from "./words.ts";

export const killServer: Strike = {
  async run(cell, phase) {
    await cell.begin({ killAt: phase });
    cell.startAgent(2);
    cell.startOthers(phase);
    await cell.reach(phase);
    await cell.aggregator.exited;
    cell.startAggregator();
    cell.startLast(phase);
    await cell.finish();
    return `started again, ${howItWentOn(cell.timeline)}`;
  },
};
