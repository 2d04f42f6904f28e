// The parts of one upload that are being received. A part whose hash covers those before it waits for the one right before, which a
// sender has let go just then on another connection.

import { setTimeout } from "node:timers/promises";

/** Two connections of one sender may overtake each other by the time of a lost packet. */
const OVERTAKING_MILLISECONDS = 1000;

interface Turn {
  readonly over: Promise<void>;
  readonly end: () => void;
}

export class PartTurns {
  /** The newest of each part. */
  readonly #turns = new Map<number, Turn>();
  readonly #beginnings = new Map<number, Set<() => void>>();

  /** A part is received from now on. @returns what must be called when it counts, or does not. */
  begin(part: number): () => void {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const turn = { over, end };
    this.#turns.set(part, turn);
    for (const tell of this.#beginnings.get(part) ?? []) tell();
    this.#beginnings.delete(part);
    return () => {
      if (this.#turns.get(part) === turn) this.#turns.delete(part);
      end();
    };
  }

  /** Resolves when the part is not being received any more, or does not begin to be in time. */
  async endOf(part: number): Promise<void> {
    if (!this.#turns.has(part)) await this.#beginningOf(part);
    await this.#turns.get(part)?.over;
  }

  async #beginningOf(part: number): Promise<void> {
    const tellers = this.#beginnings.get(part) ?? new Set();
    this.#beginnings.set(part, tellers);
    const inTime = new AbortController();
    const begun = () => inTime.abort();
    tellers.add(begun);
    await setTimeout(OVERTAKING_MILLISECONDS, undefined, { ref: false, signal: inTime.signal }).catch(() => {});
    tellers.delete(begun);
    if (tellers.size === 0 && this.#beginnings.get(part) === tellers) this.#beginnings.delete(part);
  }
}
