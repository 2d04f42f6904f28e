// What this machine has: its GPUs as their drivers name them, and its processor. Read once, when the agent starts.

import type { DetectedHardware } from "./detected-gpu.ts";
import { hardwareOfReadings } from "./hardware-of-readings.ts";
import { readMachine } from "./read-machine.ts";

/** Looks at the hardware. Never throws: what cannot be read becomes a note. */
export async function detectHardware(): Promise<DetectedHardware> {
  return hardwareOfReadings(await readMachine());
}
