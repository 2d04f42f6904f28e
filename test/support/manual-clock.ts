// A clock that a test moves by hand.

import type { Clock } from "../../foundation/clock.ts";

export class ManualClock implements Clock {
  #nowSeconds = 0;
  #waiting: { readonly atSeconds: number; readonly resolve: () => void }[] = [];

  nowSeconds(): number {
    return this.#nowSeconds;
  }

  wait(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      signal?.addEventListener("abort", () => resolve(), { once: true });
      this.#waiting.push({ atSeconds: this.#nowSeconds + seconds, resolve });
      this.advance(0);
    });
  }

  /** Moves time on and wakes whoever waited for it. */
  advance(seconds: number): void {
    this.#nowSeconds += seconds;
    const due = this.#waiting.filter(({ atSeconds }) => atSeconds <= this.#nowSeconds);
    this.#waiting = this.#waiting.filter(({ atSeconds }) => atSeconds > this.#nowSeconds);
    for (const { resolve } of due) resolve();
  }
}
