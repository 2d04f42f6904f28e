// When a held clock of a round begins to run: as soon as every client could report, or has ended, or the longest hold is
// over. A wall clock runs from the start, so that nothing here ever happens to it.

import type { Clock } from "../../foundation/clock.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { JournalEvent } from "../journal/events.ts";
import type { ClientTask } from "./client-task.ts";
import type { RoundClock } from "./round-clock.ts";

export interface ClockStartOptions {
  readonly round: number;
  readonly clock: RoundClock;
  readonly registry: Pick<ClientRegistry, "socketOf">;
  /** Real time. */
  readonly wall: Clock;
  readonly longestHoldSeconds: number;
  readonly onClockStarted: (event: Extract<JournalEvent, { type: "round-clock-started" }>) => void;
}

export class ClockStart {
  readonly #tasks: readonly ClientTask[];
  readonly #options: ClockStartOptions;
  readonly #heldSinceSeconds: number;

  constructor(tasks: Iterable<ClientTask>, options: ClockStartOptions) {
    this.#tasks = [...tasks];
    this.#options = options;
    this.#heldSinceSeconds = options.wall.nowSeconds();
  }

  /** Starts the clock when the longest hold is over, unless `signal` aborts before. */
  async limitHold(signal: AbortSignal): Promise<void> {
    const { clock, wall, longestHoldSeconds } = this.#options;
    if (clock.running) return;
    await wall.wait(longestHoldSeconds, signal);
    if (!signal.aborted) this.#start();
  }

  /** Starts the clock if nobody is left to wait for. */
  startIfReady(): void {
    if (this.#tasks.every(({ isTrained, state }) => isTrained || state === "ended")) this.#start();
  }

  /** Tells the task's agent that the clock runs. */
  announce(task: ClientTask): void {
    this.#options.registry.socketOf(task.clientId)?.emit("clockStarted", { taskId: task.message.taskId });
  }

  #start(): void {
    const { round, clock, wall, onClockStarted } = this.#options;
    if (clock.running) return;
    clock.start();
    const live = this.#tasks.filter(({ state }) => state !== "ended");
    onClockStarted({
      type: "round-clock-started",
      round,
      heldWallSeconds: wall.nowSeconds() - this.#heldSinceSeconds,
      notReadyClientIds: live.filter(({ isTrained }) => !isTrained).map(({ clientId }) => clientId),
    });
    for (const task of live) this.announce(task);
  }
}
