// Holds a finished task back until the moment at which its emulated device would have finished, on the round's clock.

import type { Clock } from "../../foundation/clock.ts";
import type { RoundClockDescription } from "../../protocol/messages.ts";
import type { EmulatedRound } from "./emulate-round.ts";

export interface EmulatedPace {
  /** What the emulated device takes; goes into the commit instead of what this machine took. */
  readonly emulated: EmulatedRound;
  /** The round's clock runs from now on; later calls change nothing. */
  clockStarted(): void;
  /**
   * Resolves at the emulated end of the round's work.
   *
   * @returns a warning if this machine was slower than the emulated device, so that the report is late.
   * @throws the signal's reason if it aborts.
   */
  reachEnd(signal: AbortSignal): Promise<string | undefined>;
  /** Compute seconds of the emulated device until `elapsedSeconds` of the round have passed. */
  deviceSecondsSpent(elapsedSeconds: number): number;
}

/** On the wall clock the emulated round begins now; on an emulated one with `clockStarted`. */
export function createEmulatedPace(
  emulated: EmulatedRound,
  description: RoundClockDescription,
  clock: Clock,
): EmulatedPace {
  const { downloadSeconds, computeSeconds, uploadSeconds } = emulated;
  const totalSeconds = downloadSeconds + computeSeconds + uploadSeconds;
  const rate = description.kind === "wall" ? 1 : description.emulatedSecondsPerWallSecond;
  let startedSeconds = description.kind === "wall" ? clock.nowSeconds() : undefined;
  let announceStart = () => {};
  const started = new Promise<void>((resolve) => {
    announceStart = resolve;
  });
  return {
    emulated,
    clockStarted() {
      startedSeconds ??= clock.nowSeconds();
      announceStart();
    },
    async reachEnd(signal) {
      if (startedSeconds === undefined) await Promise.race([started, abortion(signal)]);
      signal.throwIfAborted();
      const elapsedSeconds = (clock.nowSeconds() - (startedSeconds ?? 0)) * rate;
      const remainingSeconds = totalSeconds - elapsedSeconds;
      if (remainingSeconds < 0) {
        return (
          `This machine needed ${elapsedSeconds.toFixed(1)} s for work that the emulated device does in ` +
          `${totalSeconds.toFixed(1)} s, so it reports late. Give the server an emulated clock.`
        );
      }
      await clock.wait(remainingSeconds / rate, signal);
      signal.throwIfAborted();
      return undefined;
    },
    deviceSecondsSpent(elapsedSeconds) {
      return Math.min(computeSeconds, Math.max(0, elapsedSeconds - downloadSeconds));
    },
  };
}

function abortion(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
