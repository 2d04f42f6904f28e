import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { breakEvenDeadlineSeconds, explainForecast, forecastParts } from "../../selection/explain-forecast.ts";
import { findLatencyModel } from "../../selection/latency/find-latency-model.ts";
import { roundTimeLawOf } from "../../selection/latency/round-model.ts";
import { transferAndStartSeconds } from "../../selection/latency/round-parts.ts";
import { roundTimeQuantile } from "../../selection/probability/round-time.ts";
import type { LatencyForecast } from "../../selection/types.ts";
import {
  candidate,
  candidates,
  forecastCandidate,
  known,
  lenetWorkload,
  links,
  objectives,
  unknown,
} from "./support.ts";

const model = findLatencyModel("roofline", { calibrations: [] });

/** Transfers of 2 s that are certain, 10 s of compute at the median. */
const twelveSeconds: LatencyForecast = {
  ...forecastCandidate("client-1", 0.5).forecast,
  atMeanUtilisation: {
    downloadSeconds: 0.5,
    startSeconds: 0,
    computeSeconds: 10,
    uploadSeconds: 1.5,
    totalSeconds: 12,
  },
  computeLaw: { kind: "log-normal", logSigma: 0.25 },
};

describe("breakEvenDeadlineSeconds", () => {
  it("is the quantile of the forecast's law", () => {
    expect(breakEvenDeadlineSeconds(twelveSeconds, 0.5)).toBeCloseTo(12, 7);
    // 2 + 10 * exp(0.25 * 0.8416212) = 2 + 10 * 1.234178 = 14.34178
    expect(breakEvenDeadlineSeconds(twelveSeconds, 0.8)).toBeCloseTo(14.34178, 4);
  });

  it("is the transfers' time where no probability is asked for, as an impossible round stays impossible", () => {
    expect(breakEvenDeadlineSeconds(twelveSeconds, 0)).toBeCloseTo(2, 8);
  });

  it("is null for an unknown device, whose law the forecast does not hold, and where the memory is too small", () => {
    expect(breakEvenDeadlineSeconds({ ...twelveSeconds, computeLaw: null }, 0.8)).toBeNull();
    const memory = { requiredBytes: 9e9, availableBytes: 8e9, fits: false };
    expect(breakEvenDeadlineSeconds({ ...twelveSeconds, memory }, 0.8)).toBeNull();
  });

  it("says what the model itself would say, whatever the client, its link and the probability", () => {
    const knownCandidates = candidates.filter(({ device }) => device.kind === "known");
    fc.assert(
      fc.property(knownCandidates, objectives, (client, slo) => {
        const explanation = explainForecast({ model, candidate: client, workload: lenetWorkload, slo });
        const alone = breakEvenDeadlineSeconds(explanation.forecast, slo.minimumProbability);
        const expected = explanation.breakEvenDeadlineSeconds;
        if (expected === null || alone === null) expect(alone).toBe(expected);
        else expect(Math.abs(alone / expected - 1)).toBeLessThan(1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it("is the quantile or the transfers' time, whichever is longer, on a link that varies too", () => {
    const asked = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(links, asked, (link, minimumProbability) => {
        const slo = { deadlineSeconds: 60, minimumProbability };
        const forecast = model.forecast(candidate({ device: known(), link }), lenetWorkload, slo);
        const law = roundTimeLawOf(forecast);
        if (law === null) throw new Error("a known device has a law");
        const quantile = roundTimeQuantile(law, minimumProbability);
        const expected = Math.max(quantile, transferAndStartSeconds(forecast.atMeanUtilisation));
        expect((breakEvenDeadlineSeconds(forecast, minimumProbability) ?? 0) / expected).toBeCloseTo(1, 6);
      }),
      { numRuns: 60 },
    );
  });
});

describe("forecastParts", () => {
  it("sum to the round and their shares to 1, whatever the client", () => {
    fc.assert(
      fc.property(candidates, objectives, (client, slo) => {
        const forecast = model.forecast(client, lenetWorkload, slo);
        const parts = forecastParts(forecast);
        const { totalSeconds } = forecast.atMeanUtilisation;
        expect(parts.reduce((sum, { seconds }) => sum + seconds, 0) / totalSeconds).toBeCloseTo(1, 9);
        expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("have the compute time of an unknown device as one part, and name a start only where there is one", () => {
    const slo = { deadlineSeconds: 60, minimumProbability: 0.8 };
    const forecast = model.forecast(candidate({ device: unknown }), lenetWorkload, slo);
    expect(forecastParts(forecast).map(({ name }) => name)).toEqual(["download", "compute", "upload"]);
    const { atMeanUtilisation } = twelveSeconds;
    const withStart = {
      ...twelveSeconds,
      atMeanUtilisation: { ...atMeanUtilisation, startSeconds: 1, totalSeconds: 13 },
    };
    expect(forecastParts(withStart)[1]).toEqual({ name: "start", seconds: 1, share: 1 / 13 });
  });
});
