import { describe, expect, it } from "vitest";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import { feedbackOf } from "../../../server/rounds/policy-feedback.ts";
import { roundMetrics } from "../../../server/rounds/round-metrics.ts";
import type { ClientOutcome } from "../../../server/rounds/types.ts";

describe("what a policy is told of a round", () => {
  it("is on time only if the update was used, whatever else became of the client", () => {
    const seconds = { latencySeconds: 3, computeSeconds: 2 };
    const others = ["late", "surplus", "failed", "unresponsive", "refused"] as const;
    const clients: ClientOutcome[] = [
      { clientId: "completed", status: "completed", exampleCount: 40, trainingLoss: 1.5, ...seconds },
      ...others.map((status) => ({ clientId: status, status, reason: "it was", ...seconds })),
    ];
    const metrics = roundMetrics(clients, true);
    const outcome = { round: 4, status: "aggregated", modelVersion: 2, clients, metrics, evaluation: null } as const;
    const slots = new ClientSlots();
    slots.slotOf("somebody else");
    const feedback = feedbackOf(outcome, 30, slots);
    expect(feedback).toMatchObject({ round: 4, deadlineSeconds: 30, roundSeconds: 3 });
    expect(feedback.clients.map(({ slot }) => slot)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(feedback.clients.map(({ onTime }) => onTime)).toEqual([true, false, false, false, false, false]);
    expect(feedback.clients[0]).toMatchObject({ exampleCount: 40, trainingLoss: 1.5, latencySeconds: 3 });
    expect(feedback.clients[1]).toMatchObject({ exampleCount: 0, trainingLoss: null, latencySeconds: 3 });
  });
});
