// A client that can be reached only later: the wait is part of its round, and as certain as an orbit.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forecastParts } from "../../../selection/explain-forecast.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { selectClients } from "../../../selection/policy/select-clients.ts";
import { candidate, candidates, lenetWorkload } from "../support.ts";

const slo = (deadlineSeconds: number) => ({ deadlineSeconds, minimumProbability: 0.8 });

describe("a wait for contact", () => {
  it("leaves what a deadline shorter by it would leave", () => {
    const waits = fc.record({
      client: candidates,
      contactSeconds: fc.double({ min: 0.001, max: 5000, noNaN: true }),
      deadlineSeconds: fc.double({ min: 0.1, max: 1000, noNaN: true }),
    });
    fc.assert(
      fc.property(waits, ({ client, contactSeconds, deadlineSeconds }) => {
        const later = { ...client, contactSeconds };
        const waiting = rooflineModel.forecast(later, lenetWorkload, slo(deadlineSeconds + contactSeconds));
        const prompt = rooflineModel.forecast(client, lenetWorkload, slo(deadlineSeconds));
        expect(waiting.deadlineProbability).toBeCloseTo(prompt.deadlineProbability, 6);
      }),
    );
  });

  it("is a part of the round that explanations show, and the parts still sum to the round", () => {
    const forecast = rooflineModel.forecast(candidate({ contactSeconds: 60 }), lenetWorkload, slo(100));
    const parts = forecastParts(forecast);
    expect(parts[0]).toMatchObject({ name: "wait for contact", seconds: 60 });
    expect(parts.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(
      forecast.atMeanUtilisation.totalSeconds,
      9,
    );
    const prompt = rooflineModel.forecast(candidate(), lenetWorkload, slo(100));
    expect(forecastParts(prompt).map(({ name }) => name)).not.toContain("wait for contact");
  });

  it("makes a client impossible whose pass comes after the deadline, with the reason", () => {
    const entry = candidate({ contactSeconds: 3600 });
    const forecast = rooflineModel.forecast(entry, lenetWorkload, slo(60));
    const policy = createPolicy("probselect");
    const [decision] = selectClients({
      ...{ policy, round: 1, seed: 1, slo: slo(60) },
      candidates: [{ candidate: entry, forecast }],
    }).decisions;
    expect(decision).toMatchObject({ selected: false, reasonCode: "transfer-exceeds-deadline" });
    expect(decision?.reason).toMatch(/takes 60 min \(60 min until it can be reached, \d+ ms down, \d+ ms up\)/);
  });
});
