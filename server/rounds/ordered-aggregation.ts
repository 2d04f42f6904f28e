// Adds a round's updates to the aggregation in the order of the clients' names, whatever the order in which they came: sums of
// floating-point numbers depend on it, and a round that was cut off by a crash must end with the same bits. An update waits on
// disk until those before it have ended, so that one is in memory at a time.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { Aggregation } from "../aggregation/types.ts";
import type { ClientOutcome, CohortReply } from "./types.ts";

/** How a client ended, as far as the cohort knows. */
export function outcomeOf(reply: CohortReply): ClientOutcome {
  if (reply.kind === "outcome") return reply.outcome;
  const { update, latencySeconds, computeSeconds } = reply;
  const { clientId, exampleCount, trainingLoss, origin } = update;
  return { clientId, status: "completed", latencySeconds, computeSeconds, exampleCount, trainingLoss, origin };
}

export class OrderedAggregation {
  readonly #aggregation: Aggregation;
  /** The selected clients by their names; those before `#next` are settled. */
  readonly #order: readonly string[];
  readonly #replies = new Map<string, CohortReply>();
  readonly #outcomes = new Map<string, ClientOutcome>();
  readonly #spoiled: ClientOutcome[] = [];
  #next = 0;

  constructor(selected: readonly string[], aggregation: Aggregation) {
    this.#order = [...selected].sort();
    this.#aggregation = aggregation;
  }

  has(clientId: string): boolean {
    return this.#outcomes.has(clientId);
  }

  /** Takes note of how a client ended, and adds the updates whose turn has come. */
  async add(reply: CohortReply): Promise<void> {
    const outcome = outcomeOf(reply);
    this.#replies.set(outcome.clientId, reply);
    this.#outcomes.set(outcome.clientId, outcome);
    for (;;) {
      const turn = this.#replies.get(this.#order[this.#next] ?? "");
      if (turn === undefined) return;
      this.#next++;
      await this.#settle(turn);
    }
  }

  /** The new global model, or why there is none. */
  finish(): Promise<ParameterSet | string> {
    return finishAggregation(this.#aggregation);
  }

  /** In the order in which the clients ended. */
  outcomes(): readonly ClientOutcome[] {
    return [...this.#outcomes.values()];
  }

  /** Clients whose update was taken and could not be aggregated after all: their failures, not the round's. */
  spoiled(): readonly ClientOutcome[] {
    return this.#spoiled;
  }

  async #settle(reply: CohortReply): Promise<void> {
    const failure = await addUpdate(this.#aggregation, reply);
    if (!failure) return;
    this.#outcomes.set(failure.clientId, failure);
    this.#spoiled.push(failure);
  }
}

/** Adds the update of a reply, if it has one. @returns how its client failed if the update cannot be aggregated. */
export async function addUpdate(aggregation: Aggregation, reply: CohortReply): Promise<ClientOutcome | undefined> {
  if (reply.kind === "outcome") return undefined;
  const { update, latencySeconds, computeSeconds } = reply;
  const { clientId, origin, readBase } = update;
  try {
    const base = await readBase?.();
    await aggregation.add(await update.readParameters(), { ...update, base, staleness: origin?.staleness });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    return { clientId, status: "failed", reason: messageOf(thrown), latencySeconds, computeSeconds, origin };
  }
}

/** The new global model, or why there is none. */
export async function finishAggregation(aggregation: Aggregation): Promise<ParameterSet | string> {
  try {
    return await aggregation.finish();
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    return messageOf(thrown);
  }
}
