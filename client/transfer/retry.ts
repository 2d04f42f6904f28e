// Goes on after passing failures: exponential back-off on the clock, for ever while there is progress, a bounded number of
// times without.

import type { Clock } from "../../foundation/clock.ts";
import { ProbSelectError } from "../../foundation/errors.ts";

/** A failure that may be over in a moment: a lost connection, a server that is overloaded or starts again. */
export class TransientFailure extends Error {}

/** Attempts in a row that bring nothing. With the delays below, a server may be away for some 15 seconds. */
export const MAXIMUM_FRUITLESS_ATTEMPTS = 8;
const FIRST_DELAY_SECONDS = 0.2;
const LONGEST_DELAY_SECONDS = 5;

/**
 * Calls `attempt` until it resolves or throws anything but a TransientFailure.
 *
 * @param options.what names the work in the error, e.g. "The download of the model".
 * @param options.progress any number that grows when an attempt, though it failed, was not in vain, e.g. bytes received.
 * @throws {ProbSelectError} client.transfer-failed after too many attempts without progress, or when `signal` aborts.
 */
export async function withRetries<Result>(options: {
  readonly what: string;
  readonly attempt: () => Promise<Result>;
  readonly progress: () => number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<Result> {
  const { what, attempt, progress, clock, signal } = options;
  let fruitless = 0;
  for (;;) {
    if (signal.aborted) throw cancelled(what, signal);
    const before = progress();
    try {
      return await attempt();
    } catch (thrown) {
      if (signal.aborted) throw cancelled(what, signal);
      if (!(thrown instanceof TransientFailure)) throw thrown;
      fruitless = progress() > before ? 1 : fruitless + 1;
      if (fruitless === MAXIMUM_FRUITLESS_ATTEMPTS) {
        throw new ProbSelectError(
          "client.transfer-failed",
          `${what} failed ${fruitless} times without progress; the last time: ${thrown.message}. ` +
            `Check that the aggregator runs and that the network lets it through.`,
          { cause: thrown },
        );
      }
      await clock.wait(retryDelaySeconds(fruitless), signal);
    }
  }
}

/** @example retryDelaySeconds(3) // 0.8 */
export function retryDelaySeconds(fruitlessAttempts: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (fruitlessAttempts - 1));
}

function cancelled(what: string, signal: AbortSignal): ProbSelectError {
  return new ProbSelectError("client.transfer-failed", `${what} was cancelled.`, { cause: signal.reason });
}
