// A clock on which waiting takes no time, and which notes for how long somebody would have waited.

import type { Clock } from "../../../foundation/clock.ts";

export class ImpatientClock implements Clock {
  readonly waits: number[] = [];
  nowSeconds(): number {
    return this.waits.reduce((sum, seconds) => sum + seconds, 0);
  }
  async wait(seconds: number): Promise<void> {
    this.waits.push(seconds);
  }

  /** Whether the waits are these, each shortened by chance to a half at most. */
  waited(longest: readonly number[]): boolean {
    return (
      this.waits.length === longest.length &&
      this.waits.every((seconds, index) => seconds <= (longest[index] ?? 0) && seconds >= (longest[index] ?? 0) / 2)
    );
  }
}
