import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../../client/agent-types.ts";
import { formatAgentEvent } from "../../client/format-agent-event.ts";

const task = { round: 3, deadlineSeconds: 20, training: { epochs: 2, batchSize: 16 } };
const ended = (end: object) => ({ type: "task-ended", task, end });
const progress = (phase: string, fraction: number) => ({
  type: "progress",
  progress: { taskId: "t", phase, fraction },
});

describe("an agent's log", () => {
  it.each([
    [
      {
        type: "registered",
        welcome: { runName: "r", modelName: "lenet5", roundCount: 5, deviceSummary: "A100 PCIe 40 GB" },
      },
      'registered in run "r" (lenet5, 5 rounds); the aggregator sees: A100 PCIe 40 GB',
    ],
    [{ type: "task-started", task }, "round 3: 2 epochs, batch 16, deadline 20 s"],
    [
      { type: "task-started", task: { ...task, training: { ...task.training, maximumExamples: 320 } } },
      "round 3: 2 epochs of at most 320 examples, batch 16, deadline 20 s",
    ],
    [
      { type: "task-started", task: { ...task, secureAggregation: { version: 1, minimumClients: 3 } } },
      "round 3: 2 epochs, batch 16, deadline 20 s; the update will leave masked",
    ],
    [
      { type: "masked", task, clippedCount: 2 },
      "round 3: the update leaves masked, the aggregator can read only its sum with others; 2 parameters were cut to the " +
        "range of the coding",
    ],
    [progress("training", 0), "training"],
    [progress("trained", 1), "update ready"],
    [
      {
        type: "privacy-spent",
        task,
        privacy: { spent: () => ({ epsilon: 1.35646, delta: 1e-5, rounds: 2 }), budgetEpsilon: 4 },
      },
      "round 3: the update got its noise; privacy: 2 releases so far, epsilon 1.356 of 4 at delta 0.00001",
    ],
    [ended({ status: "committed", trainingLoss: 0.12345 }), "round 3: update accepted, training loss 0.1235"],
    [
      ended({ status: "cancelled", reason: "The deadline of 20 s passed." }),
      "round 3: cancelled: The deadline of 20 s passed.",
    ],
    [{ type: "disconnected", reason: "transport close" }, "the connection to the aggregator broke"],
    [{ type: "disconnected", reason: "io server disconnect" }, "the aggregator closed the connection"],
    [{ type: "disconnected", reason: "the agent stopped" }, "connection closed: the agent stopped"],
    [{ type: "run-finished", reason: "The run is over: completed." }, "The run is over: completed."],
  ])("says of %j: %s", (event, line) => {
    expect(formatAgentEvent(event as AgentEvent)).toBe(line);
  });

  it("keeps quiet about every step of a phase", () => {
    expect(formatAgentEvent(progress("training", 0.5) as AgentEvent)).toBeUndefined();
  });
});
