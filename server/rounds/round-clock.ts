// The clock that a round's deadline is on. In production it is the wall clock. With emulated devices it stands at 0 while
// the agents really train, and then runs at a fixed rate, so that a minute of emulated time passes in a few seconds.

import type { Clock } from "../../foundation/clock.ts";
import type { RoundClockDescription } from "../../protocol/messages.ts";
import type { ResumedRound } from "./types.ts";

/** One round's clock. */
export interface RoundClock {
  /** False while an emulated clock is held at 0. */
  readonly running: boolean;
  /** Seconds on this clock since it started to run; 0 before. */
  elapsedSeconds(): number;
  /** Lets a held clock run; harmless if it runs already. */
  start(): void;
  /** Resolves when the clock shows `seconds`, or at once when `signal` aborts. Never rejects. */
  reach(seconds: number, signal: AbortSignal): Promise<void>;
}

type ResumedClock = Pick<ResumedRound, "elapsedSeconds" | "isClockRunning">;

/**
 * A clock for one round: a wall clock runs from now, an emulated one from its `start()`.
 *
 * @param wall where real time comes from.
 * @param resumed how far it was, for a round that goes on after a restart.
 */
export function createRoundClock(description: RoundClockDescription, wall: Clock, resumed?: ResumedClock): RoundClock {
  const rate = description.kind === "wall" ? 1 : description.emulatedSecondsPerWallSecond;
  const runs = resumed?.isClockRunning ?? description.kind === "wall";
  let startedAtWallSeconds = runs ? wall.nowSeconds() - (resumed?.elapsedSeconds ?? 0) / rate : undefined;
  let announceStart = () => {};
  const started = new Promise<void>((resolve) => {
    announceStart = resolve;
  });
  const elapsedSeconds = () =>
    startedAtWallSeconds === undefined ? 0 : (wall.nowSeconds() - startedAtWallSeconds) * rate;

  return {
    get running() {
      return startedAtWallSeconds !== undefined;
    },
    elapsedSeconds,
    start() {
      startedAtWallSeconds ??= wall.nowSeconds();
      announceStart();
    },
    async reach(seconds, signal) {
      if (startedAtWallSeconds === undefined) await Promise.race([started, aborted(signal)]);
      while (!signal.aborted && elapsedSeconds() < seconds) {
        await wall.wait((seconds - elapsedSeconds()) / rate, signal);
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
