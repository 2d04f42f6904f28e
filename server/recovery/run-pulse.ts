// Where a round's clock stands, written down every second, so that after a crash the round goes on with the time that its
// clients had left. The reading is of the monotonic clock: a wall clock that jumps changes nothing.

import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Clock } from "../../foundation/clock.ts";

const pulseSchema = z.object({
  round: z.int(),
  elapsedSeconds: z.number().min(0),
  isClockRunning: z.boolean(),
});
export type Pulse = z.infer<typeof pulseSchema>;

/** Between two writings: a round without a pulse was not older when its aggregator died. */
export const PULSE_INTERVAL_SECONDS = 1;

/** Writes the pulse until `signal` aborts. A write that fails is the disk's problem, which the journal tells. */
export async function keepPulse(
  path: string,
  read: () => Pulse | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const pulse = read();
    if (pulse) await write(path, pulse).catch(() => {});
    await clock.wait(PULSE_INTERVAL_SECONDS, signal);
  }
}

/** In place of the one before, so that there is always a whole one. A machine that loses power may lose it. */
async function write(path: string, pulse: Pulse): Promise<void> {
  await writeFile(`${path}.partial`, JSON.stringify(pulse));
  await rename(`${path}.partial`, path);
}

/** The last pulse, or undefined if there is none or it was torn. */
export async function readPulse(path: string): Promise<Pulse | undefined> {
  try {
    return pulseSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}
