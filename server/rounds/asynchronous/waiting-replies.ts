// How clients ended, in the order in which they did, until a round takes note of it.

import type { CohortReply } from "../types.ts";

export class WaitingReplies {
  readonly #replies: CohortReply[] = [];
  #wake = () => {};

  push(reply: CohortReply): void {
    this.#replies.push(reply);
    this.#wake();
  }

  /** The next one, as soon as there is one; undefined once the signal has aborted. One caller at a time. */
  async next(signal: AbortSignal): Promise<CohortReply | undefined> {
    const wake = () => this.#wake();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted) {
        const reply = this.#replies.shift();
        if (reply) return reply;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      return undefined;
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }
}
