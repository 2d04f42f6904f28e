// How long a task is worked on while its aggregator is away: an agent whose aggregator is gone for good must not burn its GPU.

import type { Clock } from "../foundation/clock.ts";

export class Lease {
  readonly #clock: Clock;
  readonly #onOver: (seconds: number) => void;
  #running: AbortController | undefined;

  /** @param onOver told when a lease has run out, with its length. */
  constructor(clock: Clock, onOver: (seconds: number) => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** The aggregator is away from now on. A lease that runs already goes on. @param seconds undefined: there is no end. */
  run(seconds: number | undefined): void {
    if (seconds === undefined || this.#running) return;
    const running = new AbortController();
    this.#running = running;
    void this.#clock.wait(seconds, running.signal).then(() => {
      if (running.signal.aborted) return;
      this.#running = undefined;
      this.#onOver(seconds);
    });
  }

  /** The aggregator is back, or nothing is left to be leased. */
  renew(): void {
    this.#running?.abort();
    this.#running = undefined;
  }
}
