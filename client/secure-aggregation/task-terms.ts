// What an agent asks of a task's secure aggregation before it trains for it.

import type { Train } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";

/** What the operator of an agent asks of every task. */
export interface MaskTerms {
  /** Tasks whose update would leave as it is are refused. */
  readonly areMasksRequired: boolean;
  /** The fewest clients in a sum, this one included. */
  readonly minimumClients: number;
}

/** Of an operator who asks for nothing. */
export const anyTerms: MaskTerms = { areMasksRequired: false, minimumClients: 2 };

/** What a task's update follows from, as far as an honest aggregator varies it: a round that begins anew has the same. */
export const sourceOf = ({ parameters, training }: Pick<Train, "parameters" | "training">): string =>
  `${parameters.sha256} ${training.seed}`;

/**
 * Why the agent does not take the task; undefined if it does.
 *
 * @param unmasked `sourceOf` the updates in sums that this agent has helped to unmask. The same update in a second sum could be told by the
 * difference of the two, if other clients were in them.
 */
export function refusalOfTask(
  task: Train,
  { areMasksRequired, minimumClients }: MaskTerms,
  unmasked: ReadonlySet<string>,
): Refusal | undefined {
  const { secureAggregation } = task;
  if (!secureAggregation) {
    if (!areMasksRequired) return undefined;
    const reason = "The update would leave this agent as it is, and its operator asks for secure aggregation.";
    return refuse("client.masks-required", reason);
  }
  if (secureAggregation.minimumClients < minimumClients) {
    const { minimumClients: given } = secureAggregation;
    const reason = `The sum may be of ${given} clients only; this agent's operator asks for ${minimumClients}.`;
    return refuse("secure-aggregation.too-few-clients", reason);
  }
  if (!unmasked.has(sourceOf(task))) return undefined;
  const reason =
    "This agent has helped to unmask a sum with the same update; a second one with other clients would show the difference.";
  return refuse("secure-aggregation.unsafe-request", reason);
}
