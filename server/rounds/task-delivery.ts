// Brings a round's tasks to their clients and keeps them there: a client that comes back gets its task again, one that stays
// away or does not acknowledge is given up.

import type { Clock } from "../../foundation/clock.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import { offerTask } from "./agent-requests.ts";
import type { ClientTask } from "./client-task.ts";

export interface TaskDeliveryOptions {
  readonly registry: ClientRegistry;
  /** Real time: for acknowledgements and absences. */
  readonly wall: Clock;
  readonly reconnectGraceSeconds: number;
  /** How long an agent may take to acknowledge the task. */
  readonly acknowledgeSeconds: number;
  /** The client has the task: for the first time, or again after a reconnection. */
  readonly onDelivered: (task: ClientTask) => void;
  readonly onUndeliverable: (task: ClientTask, status: "refused" | "unresponsive", reason: string) => void;
}

export class TaskDelivery {
  /** By client id. */
  readonly #tasks: ReadonlyMap<string, ClientTask>;
  readonly #options: TaskDeliveryOptions;

  /** @param tasks one a client. */
  constructor(tasks: Iterable<ClientTask>, options: TaskDeliveryOptions) {
    this.#tasks = new Map([...tasks].map((task) => [task.clientId, task]));
    this.#options = options;
  }

  /** Offers every task to its client, and again whenever the client comes back. */
  start(): void {
    const { events } = this.#options.registry;
    events.on("registered", this.#onRegistered);
    events.on("disconnected", this.#onDisconnected);
    for (const task of this.#tasks.values()) void this.#dispatch(task);
  }

  /** Stops every wait for a client. */
  stop(): void {
    const { events } = this.#options.registry;
    events.off("registered", this.#onRegistered);
    events.off("disconnected", this.#onDisconnected);
    for (const task of this.#tasks.values()) task.absence?.abort();
  }

  readonly #onRegistered = (clientId: string): void => {
    const task = this.#workingTaskOf(clientId);
    if (!task) return;
    task.absence?.abort();
    task.absence = undefined;
    // The agent may have come back with or without its work: it takes the same task as a repetition or anew.
    void this.#dispatch(task);
  };

  readonly #onDisconnected = (clientId: string): void => {
    const task = this.#workingTaskOf(clientId);
    if (task) void this.#awaitReturn(task);
  };

  async #dispatch(task: ClientTask): Promise<void> {
    const { registry, acknowledgeSeconds, onDelivered, onUndeliverable } = this.#options;
    const socket = registry.socketOf(task.clientId);
    if (!socket) return this.#awaitReturn(task);
    const answer = await offerTask(socket, task.message, acknowledgeSeconds);
    // An answer that a newer connection has overtaken, or that comes after the end, decides nothing.
    if (task.state !== "working" || socket !== registry.socketOf(task.clientId)) return;
    if (answer.kind === "refused") return onUndeliverable(task, "refused", answer.reason);
    if (answer.kind === "silent") {
      return onUndeliverable(task, "unresponsive", `It did not acknowledge the task within ${acknowledgeSeconds} s.`);
    }
    onDelivered(task);
  }

  async #awaitReturn(task: ClientTask): Promise<void> {
    const { wall, reconnectGraceSeconds, onUndeliverable } = this.#options;
    task.absence?.abort();
    const absence = new AbortController();
    task.absence = absence;
    await wall.wait(reconnectGraceSeconds, absence.signal);
    if (absence.signal.aborted || task.state !== "working") return;
    onUndeliverable(task, "unresponsive", `It disconnected and did not come back within ${reconnectGraceSeconds} s.`);
  }

  #workingTaskOf(clientId: string): ClientTask | undefined {
    const task = this.#tasks.get(clientId);
    return task?.state === "working" ? task : undefined;
  }
}
