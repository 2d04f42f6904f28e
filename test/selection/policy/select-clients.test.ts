// What selection demands of a latency model, and of a caller who gives none.

import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { selectClients } from "../../../selection/policy/select-clients.ts";
import type { LatencyForecast } from "../../../selection/types.ts";
import { forecastCandidate } from "../support.ts";

const slo = { deadlineSeconds: 30, minimumProbability: 0.8 };
const round = (policyName: string, forecast: Partial<LatencyForecast>, settings = {}) =>
  selectClients({
    policy: createPolicy(policyName, { settings }),
    round: 1,
    seed: 1,
    slo,
    candidates: [forecastCandidate("odd", 0.999, forecast)],
  });

describe("a forecast whose numbers are none", () => {
  it.each([Number.NaN, -0.1, 1.01, Number.POSITIVE_INFINITY])("is refused with a probability of %s", (probability) => {
    expect(() => round("probselect", { deadlineProbability: probability })).toThrow(
      `The latency model "roofline" gives client "odd" a probability that is no number in [0, 1]: ${probability}.`,
    );
  });

  it("is refused with seconds that are no number", () => {
    const { atMeanUtilisation } = forecastCandidate("odd", 0.9).forecast;
    const broken = { ...atMeanUtilisation, computeSeconds: Number.NaN };
    expect(() => round("all", { atMeanUtilisation: broken })).toThrow(/client "odd" computeSeconds that are no number/);
  });
});

describe("a policy that sets a deadline", () => {
  it("is refused without a latency model, whose forecast by that deadline the plan would lack", () => {
    const settings = { adaptiveDeadline: true, adaptiveWork: "off" };
    expect(() => round("quorum", {}, settings)).toThrow(/asks for forecasts of another deadline/);
  });
});
