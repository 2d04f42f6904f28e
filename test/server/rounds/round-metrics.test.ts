import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundMetrics } from "../../../server/rounds/round-metrics.ts";
import type { ClientOutcome } from "../../../server/rounds/types.ts";

const seconds = fc.double({ min: 0, max: 1e6, noNaN: true });
const outcome: fc.Arbitrary<ClientOutcome> = fc.oneof(
  fc.record({
    clientId: fc.string(),
    status: fc.constant("completed" as const),
    latencySeconds: seconds,
    computeSeconds: seconds,
    exampleCount: fc.nat(),
    trainingLoss: seconds,
  }),
  fc.record({
    clientId: fc.string(),
    status: fc.constantFrom(
      "late" as const,
      "surplus" as const,
      "failed" as const,
      "unresponsive" as const,
      "refused" as const,
    ),
    latencySeconds: seconds,
    computeSeconds: seconds,
    reason: fc.string(),
  }),
);

const completed: ClientOutcome = {
  clientId: "a",
  status: "completed",
  latencySeconds: 8,
  computeSeconds: 5,
  exampleCount: 10,
  trainingLoss: 1,
};
const late: ClientOutcome = {
  clientId: "b",
  status: "late",
  latencySeconds: 10,
  computeSeconds: 9,
  reason: "deadline",
};

describe("the metrics of a round", () => {
  it("counts a late client's device-seconds as waste", () => {
    // compliance 1/2; useful 5 (a); wasted 9 (b); the round lasts until the last client ended: 10
    expect(roundMetrics([completed, late], true)).toEqual({
      selectedCount: 2,
      completedCount: 1,
      sloCompliance: 0.5,
      usefulDeviceSeconds: 5,
      wastedDeviceSeconds: 9,
      roundSeconds: 10,
    });
  });

  it("counts a surplus client as not compliant, and its device-seconds as waste", () => {
    // The round closed with a's update after 8 s; b had trained for 6 s by then.
    const surplus: ClientOutcome = { ...late, status: "surplus", latencySeconds: 8, computeSeconds: 6 };
    expect(roundMetrics([completed, surplus], true)).toMatchObject({
      ...{ selectedCount: 2, completedCount: 1, sloCompliance: 0.5 },
      ...{ usefulDeviceSeconds: 5, wastedDeviceSeconds: 6, roundSeconds: 8 },
    });
  });

  it("counts everything as waste when no model came of it", () => {
    expect(roundMetrics([completed, late], false)).toMatchObject({ usefulDeviceSeconds: 0, wastedDeviceSeconds: 14 });
  });

  it("has no compliance when nobody was selected", () => {
    expect(roundMetrics([], false)).toMatchObject({ selectedCount: 0, sloCompliance: null, roundSeconds: 0 });
  });

  it("splits all device-seconds into useful and wasted, whatever happened", () => {
    fc.assert(
      fc.property(fc.array(outcome), fc.boolean(), (clients, aggregated) => {
        const total = clients.reduce((sum, { computeSeconds }) => sum + computeSeconds, 0);
        const metrics = roundMetrics(clients, aggregated);
        expect(metrics.usefulDeviceSeconds + metrics.wastedDeviceSeconds).toBeCloseTo(total, 3);
      }),
    );
  });
});
