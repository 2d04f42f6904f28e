import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forecastInterval } from "../../../experiments/report/forecast-interval.ts";
import { fixtureClients, fixtureForecast } from "../../support/journal-fixture.ts";

const example = fixtureForecast(fixtureClients[0] ?? fail());

function fail(): never {
  throw new Error("the fixture has clients");
}

function forecastWith(relativeSigma: number, computeSeconds: number, transferSeconds: number, transferLogSigma = 0) {
  const half = transferSeconds / 2;
  const totalSeconds = computeSeconds + transferSeconds;
  return {
    ...example,
    computeLaw: { kind: "normal-utilisation", relativeSigma } as const,
    transferLogSigma,
    certainSeconds: 0,
    atMeanUtilisation: {
      ...{ downloadSeconds: half, startSeconds: 0, computeSeconds, uploadSeconds: half },
      totalSeconds,
    },
  };
}

describe("forecastInterval", () => {
  it("inverts the 10% and the 90% quantile of utilisation", () => {
    const interval = forecastInterval(forecastWith(0.2, 10, 2));
    // 2 + 10 * 0.1 / (0.1 + 1.28155 * 0.02) = 2 + 1 / 0.125631 = 9.9598
    expect(interval?.fromSeconds).toBeCloseTo(9.9598, 3);
    // 2 + 10 * 0.1 / (0.1 - 1.28155 * 0.02) = 2 + 1 / 0.074369 = 15.4465
    expect(interval?.toSeconds).toBeCloseTo(15.4465, 3);
  });

  it("stays finite when the spread is wide, since the law is truncated to positive utilisations", () => {
    // 90% of Phi(1.25) = 0.9 * 0.894350 = 0.804915, whose normal quantile is 0.859306; 0.1 - 0.08 * 0.859306 = 0.0312555;
    // 2 + 10 * 0.1 / 0.0312555 = 33.994
    expect(forecastInterval(forecastWith(0.8, 10, 2))?.toSeconds).toBeCloseTo(33.994, 1);
  });

  it("takes the link's spread into account", () => {
    // Without a computation the 90 % quantile is that of the link: 2 exp(1.28155 * 0.5) = 3.7957.
    expect(forecastInterval(forecastWith(0.2, 0, 2, 0.5))?.toSeconds).toBeCloseTo(3.7957, 3);
  });

  it("is null for an unknown device, whose forecast is a mixture", () => {
    expect(forecastInterval({ ...example, computeLaw: null })).toBeNull();
  });

  it("contains the forecast itself, and shrinks to it with the spread", () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0, max: 0.7, noNaN: true }), (compute, transfer, spread) => {
        const interval = forecastInterval(forecastWith(spread, compute, transfer));
        const total = compute + transfer;
        expect(interval?.fromSeconds).toBeLessThanOrEqual(total * (1 + 1e-12));
        expect(interval?.toSeconds).toBeGreaterThanOrEqual(total * (1 - 1e-12));
      }),
    );
    expect(forecastInterval(forecastWith(0, 3, 1))).toEqual({ fromSeconds: 4, toSeconds: 4 });
  });
});
