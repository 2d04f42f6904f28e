// What an agent prints: one line an event, with the time, so that a log of many agents can be read side by side.

import { counted } from "../foundation/counted.ts";
import { disconnectionOfAggregator } from "../protocol/disconnection-words.ts";
import type { AgentEvent } from "./agent-types.ts";
import type { PrivateReleases } from "./privacy/private-releases.ts";

/**
 * The line for an event; undefined for one that is not worth a line by itself: progress within a phase, a vain attempt to
 * connect (cli/client/outage.ts).
 */
export function formatAgentEvent(event: AgentEvent): string | undefined {
  switch (event.type) {
    case "registered":
      return (
        `registered in run "${event.welcome.runName}" (${event.welcome.modelName}, ${counted(event.welcome.roundCount, "round")}); ` +
        `the aggregator sees: ${event.welcome.deviceSummary}`
      );
    case "disconnected":
      return disconnectionOfAggregator(event.reason);
    case "cannot-connect":
      return undefined;
    case "task-started": {
      const { round, training, deadlineSeconds } = event.task;
      const { epochs, batchSize, maximumExamples } = training;
      const examples = maximumExamples === undefined ? "" : ` of at most ${counted(maximumExamples, "example")}`;
      const masks = event.task.secureAggregation ? "; the update will leave masked" : "";
      return `round ${round}: ${counted(epochs, "epoch")}${examples}, batch ${batchSize}, deadline ${deadlineSeconds} s${masks}`;
    }
    case "progress": {
      const { phase, fraction } = event.progress;
      if (phase === "trained") return "update ready";
      return fraction === 0 ? phase : undefined;
    }
    case "masked": {
      const { clippedCount, task } = event;
      const clipped =
        clippedCount === 0
          ? ""
          : `; ${counted(clippedCount, "parameter was", "parameters were")} cut to the range of the coding`;
      return `round ${task.round}: the update leaves masked, the aggregator can read only its sum with others${clipped}`;
    }
    case "task-ended":
      return `round ${event.task.round}: ${formatEnd(event.end)}`;
    case "privacy-spent":
      return `round ${event.task.round}: the update got its noise; privacy: ${formatPrivacy(event.privacy)}`;
    case "message-refused":
      return `refused a message of the aggregator: ${event.reason}`;
    case "warning":
      return `warning: ${event.sentence}`;
    case "run-finished":
      return event.reason;
  }
}

function formatEnd(end: Extract<AgentEvent, { type: "task-ended" }>["end"]): string {
  return end.status === "committed"
    ? `update accepted, training loss ${end.trainingLoss.toFixed(4)}`
    : `${end.status}: ${end.reason}`;
}

/** @example formatPrivacy(privacy) // "1 release so far, epsilon 0.9264 of 4 at delta 0.00001" */
export function formatPrivacy({ spent, budgetEpsilon }: Pick<PrivateReleases, "spent" | "budgetEpsilon">): string {
  const { epsilon, delta, rounds } = spent();
  const budget = budgetEpsilon === undefined ? "" : ` of ${budgetEpsilon}`;
  return `${counted(rounds, "release")} so far, epsilon ${epsilon.toPrecision(4)}${budget} at delta ${delta}`;
}
