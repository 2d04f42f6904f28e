// Collects a run's events and lets a test wait for one, so that no test ever sleeps.

import type { AggregatorEvent } from "../../../server/journal/events.ts";

type EventOf<Type extends AggregatorEvent["type"]> = Extract<AggregatorEvent, { type: Type }>;

export class EventLog {
  readonly events: AggregatorEvent[] = [];
  #waiting: (() => void)[] = [];

  readonly onEvent = (event: AggregatorEvent): void => {
    this.events.push(event);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  };

  of<Type extends AggregatorEvent["type"]>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** The first event of the type for which `matches` holds, past or future. */
  async next<Type extends AggregatorEvent["type"]>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    for (;;) {
      const found = this.of(type).find(matches);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
