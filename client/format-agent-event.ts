// What an agent prints: one line an event, with the time, so that a log of many agents can be read side by side.

import type { AgentEvent } from "./agent.ts";

/** The line for an event; undefined for one that is not worth a line (progress within a phase). */
export function formatAgentEvent(event: AgentEvent): string | undefined {
  switch (event.type) {
    case "registered":
      return (
        `registered in run "${event.welcome.runName}" (${event.welcome.modelName}, ${event.welcome.roundCount} rounds); ` +
        `the aggregator sees: ${event.welcome.deviceSummary}`
      );
    case "disconnected":
      return `connection closed: ${event.reason}`;
    case "cannot-connect":
      return `cannot reach the aggregator (${event.reason}); trying again`;
    case "task-started": {
      const { round, training, deadlineSeconds } = event.task;
      const { epochs, batchSize, maximumExamples } = training;
      const examples = maximumExamples === undefined ? "" : ` of at most ${maximumExamples} examples`;
      return `round ${round}: ${epochs} epoch(s)${examples}, batch ${batchSize}, deadline ${deadlineSeconds} s`;
    }
    case "progress": {
      const { phase, fraction } = event.progress;
      if (phase === "trained") return "update uploaded";
      return fraction === 0 ? phase : undefined;
    }
    case "task-ended":
      return `round ${event.task.round}: ${formatEnd(event.end)}`;
    case "message-refused":
      return `refused a message of the aggregator: ${event.reason}`;
    case "warning":
      return `warning: ${event.sentence}`;
    case "run-finished":
      return `the run is over: ${event.reason}`;
  }
}

function formatEnd(end: Extract<AgentEvent, { type: "task-ended" }>["end"]): string {
  return end.status === "committed"
    ? `update accepted, training loss ${end.trainingLoss.toFixed(4)}`
    : `${end.status}: ${end.reason}`;
}
