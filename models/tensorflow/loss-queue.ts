// The losses of the steps that were begun, in order: read at once where the back-end has them at once, else a few steps behind, so that
// a GPU has its next step before the last one's loss has come back.

import { throwIfDeviceFailed } from "./backends/device-errors.ts";

/** Steps that a GPU is given ahead of the one whose loss is waited for. */
const STEPS_AHEAD = 2;

interface Pending {
  readonly loss: Promise<number>;
  readonly examples: number;
  readonly step: number;
}

/** The losses of the examples that were seen, added up. */
export interface LossSum {
  readonly sum: number;
  readonly examples: number;
}

export class LossQueue {
  readonly #onLoss: (loss: number, step: number) => void;
  readonly #pending: Pending[] = [];
  #sum = 0;
  #examples = 0;

  /** @param onLoss told each loss in the order of the steps, once it is known; what it throws ends the training. */
  constructor(onLoss: (loss: number, step: number) => void) {
    this.#onLoss = onLoss;
  }

  /** Begins a new mean, or goes on with one. */
  begin({ sum, examples }: LossSum = { sum: 0, examples: 0 }): void {
    this.#sum = sum;
    this.#examples = examples;
  }

  /** Of the examples since `begin`. */
  get soFar(): LossSum {
    return { sum: this.#sum, examples: this.#examples };
  }

  /** @returns a promise to be awaited before the next step, where there is something to wait for. */
  add(loss: number | Promise<number>, examples: number, step: number): Promise<void> | undefined {
    if (typeof loss === "number") {
      this.#take(loss, examples, step);
      return undefined;
    }
    loss.catch(() => {}); // it is awaited, unless the training ends before
    this.#pending.push({ loss, examples, step });
    return this.#pending.length > STEPS_AHEAD ? this.#next() : undefined;
  }

  /** Waits for all. */
  async settle(): Promise<void> {
    while (this.#pending.length > 0) await this.#next();
  }

  /** Of the examples since `begin`. */
  get mean(): number {
    return this.#sum / this.#examples;
  }

  async #next(): Promise<void> {
    const { loss, examples, step } = this.#pending.shift() as Pending;
    const value = await loss;
    throwIfDeviceFailed();
    this.#take(value, examples, step);
  }

  #take(loss: number, examples: number, step: number): void {
    this.#sum += loss * examples;
    this.#examples += examples;
    this.#onLoss(loss, step);
  }
}
