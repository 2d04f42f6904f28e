// How long a cell took from its strike to the end of the struck round. A fault at the registration is over when the first round is
// planned; one at the checkpoint, between two rounds, when the round that follows has ended.

import { type Phase, STRUCK_ROUND } from "../fault.ts";
import { type Entry, isPhase } from "./timeline.ts";

/** @returns null if that end did not come. */
export function recoverySeconds(entries: readonly Entry[], phase: Phase, struckAt: number): number | null {
  // What was said of an end before another restart did not hold.
  const end = entries.filter((entry) => isEnd(entry, phase)).at(-1);
  return end ? Math.max(0, end.seconds - struckAt) : null;
}

/** The same of a run that nothing struck. */
export function undisturbedSeconds(entries: readonly Entry[], phase: Phase): number {
  const moment = entries.find(isPhase(phase));
  const seconds = moment && recoverySeconds(entries, phase, moment.seconds);
  if (seconds === null || seconds === undefined)
    throw new Error(`The undisturbed run never came to the phase "${phase}".`);
  return seconds;
}

function isEnd({ source, line }: Entry, phase: Phase): boolean {
  if (source !== "aggregator") return false;
  if (phase === "registration") return line.type === "round-planned" && line.plan.round === 1;
  const last = phase === "checkpoint" ? STRUCK_ROUND + 1 : STRUCK_ROUND;
  return line.type === "round-finished" && line.outcome.round === last && line.outcome.interrupted !== true;
}
