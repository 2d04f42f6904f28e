// Goes on after passing failures: exponential back-off on the clock, for ever while there is progress, a bounded number of
// times without.

import { randomInt } from "node:crypto";
import type { Clock } from "../../foundation/clock.ts";
import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";

/** A failure that may be over in a moment: a lost connection, a server that is overloaded or starts again. */
export class TransientFailure extends Error {
  /** How long a server that is busy asks to wait; undefined: it did not ask. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: { readonly retryAfterSeconds?: number | undefined } = {}) {
    super(message);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Attempts in a row that bring nothing. With the delays below a server may be away for some ten minutes; the task's lease ends it sooner. */
export const MAXIMUM_FRUITLESS_ATTEMPTS = 150;
const FIRST_DELAY_SECONDS = 0.2;
const LONGEST_DELAY_SECONDS = 5;
/** No server makes an agent wait longer than this at a time. */
const LONGEST_WISH_SECONDS = 60;

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
      const { retryAfterSeconds } = thrown;
      fruitless = progress() > before ? 1 : fruitless + 1;
      if (retryAfterSeconds !== undefined) {
        // It lives and asks for patience: no sign that the work is in vain, until the task's own end says so.
        fruitless = Math.max(1, fruitless - 1);
        await clock.wait(Math.min(retryAfterSeconds, LONGEST_WISH_SECONDS) * (1 + spread()), signal);
        continue;
      }
      if (fruitless === MAXIMUM_FRUITLESS_ATTEMPTS) {
        throw new ProbSelectError(
          "client.transfer-failed",
          `${what} failed ${counted(fruitless, "time")} without progress; the last time: ${thrown.message}. ` +
            `Check that the aggregator runs and that the network lets it through.`,
          { cause: thrown },
        );
      }
      // Spread, so that a fleet does not come back to a restarted server all at once.
      await clock.wait(retryDelaySeconds(fruitless) * spread(), signal);
    }
  }
}

/** @example retryDelaySeconds(3) // 0.8 */
export function retryDelaySeconds(fruitlessAttempts: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (fruitlessAttempts - 1));
}

/** Between a half and 1. Chance outside of any result: no seed has to bring it again. */
function spread(): number {
  return randomInt(500, 1000) / 1000;
}

function cancelled(what: string, signal: AbortSignal): ProbSelectError {
  return new ProbSelectError("client.transfer-failed", `${what} was cancelled.`, { cause: signal.reason });
}
