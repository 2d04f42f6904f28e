// The disk of the run is full from the phase on, until the aggregator has stopped with a word on it, or has gone on for a while because
// only what its agents send had no room. Then there is room again, and one that stopped is started again.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { canMountDisks, smallDisk } from "../network/small-disk.ts";
import type { Strike } from "./strike.ts";
import { howItWentOn } from "./words.ts";

const isReal = canMountDisks();
export const diskMeans = isReal ? "a small disk (tmpfs) that is filled" : "writes that fail with ENOSPC";

/** How long an aggregator that does not stop has to do without room. */
const FULL_SECONDS = 1.5;

export const diskFull: Strike = {
  prepare: async (options) => {
    if (!isReal) return { options, giveBack: async () => {} };
    const folder = join(options.folder, "disk");
    const disk = smallDisk(folder);
    return { options: { ...options, folder }, giveBack: async () => disk.remove() };
  },

  async run(cell, phase) {
    const ballast = isReal ? join(cell.folder, "ballast") : null;
    await cell.begin({ fullDisk: { at: phase, ballast } });
    cell.startAgent(2);
    cell.startOthers(phase);
    await cell.reach(phase);
    cell.startLast(phase);
    const { aggregator } = cell;
    const stopped = await Promise.race([aggregator.exited.then(() => true), wait(FULL_SECONDS * 1000, false)]);
    if (ballast !== null) rmSync(ballast);
    else if (!stopped) cell.release();
    const restarts = await cell.finish(1);
    if (restarts === 0)
      return "what agents send finds no room and is sent again until there is some; the aggregator goes on";
    const words = aggregator.stderr();
    if (!words.includes("server.cannot-write")) throw new Error(`It stopped without saying why: ${words}`);
    return `it stops and says so (server.cannot-write); once there is room and it is started again, ${howItWentOn(cell.timeline)}`;
  },
};
