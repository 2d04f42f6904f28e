// What happened in a cell, in order and with times: the lines of the aggregator and of the agents, and what the harness did.

import type { AgentEvent } from "../../../client/agent-types.ts";
import type { JournalRecord } from "../../../server/journal/events.ts";
import type { Phase } from "../fault.ts";
import { inTime } from "./in-time.ts";

/** A line of a child process. */
export type ProcessLine =
  | JournalRecord
  | AgentEvent
  | { readonly type: "phase"; readonly phase: Phase }
  | { readonly type: "listening"; readonly url: string }
  /** There is a checkpoint to come back to. */
  | { readonly type: "ready" };

export interface Entry {
  /** On the harness' monotonic clock. */
  readonly seconds: number;
  /** "aggregator" or an agent's name. */
  readonly source: string;
  readonly line: ProcessLine;
}

/** A question to the timeline: the first entry for which it is true. */
export type Match = (entry: Entry) => boolean;

export class Timeline {
  readonly #entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  add(source: string, line: ProcessLine): void {
    this.#entries.push({ seconds: performance.now() / 1000, source, line });
    for (const look of this.#waiting) look();
  }

  /**
   * The first entry that matches, be it there already or yet to come.
   *
   * @param after index of the first entry that is looked at.
   * @throws {Error} with `what` if none comes in time.
   */
  async until(what: string, match: Match, after = 0): Promise<Entry> {
    let look = () => {};
    const found = new Promise<Entry>((resolve) => {
      look = () => {
        const entry = this.#entries.slice(after).find(match);
        if (entry) resolve(entry);
      };
      this.#waiting.add(look);
      look();
    });
    try {
      return await inTime(what, found);
    } finally {
      this.#waiting.delete(look);
    }
  }
}

/** Whether an entry is a line of that type, of the aggregator unless said otherwise. */
export function isLine(type: ProcessLine["type"], source = "aggregator"): Match {
  return (entry) => entry.source === source && entry.line.type === type;
}

export function isPhase(phase: Phase, source = "aggregator"): Match {
  return ({ source: from, line }) => from === source && line.type === "phase" && line.phase === phase;
}
