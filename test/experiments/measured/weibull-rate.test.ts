import { mean, standardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { measuredLines } from "../../../experiments/measured/measured-lines.ts";
import { weibullRate } from "../../../experiments/measured/weibull-rate.ts";
import wifi from "../../../experiments/measured/wifi-users.data.json" with { type: "json" };
import { drawsOf } from "../../../selection/policy/draws.ts";

describe("a Weibull rate", () => {
  it("is exponential where its deviation is its mean", () => {
    const rate = weibullRate(10, 10);
    expect(rate.shape).toBeCloseTo(1, 9);
    expect(rate.scaleBitsPerSecond).toBeCloseTo(10, 9);
    // Median 10 ln 2.
    expect(rate.quantile(0.5)).toBeCloseTo(10 * Math.LN2, 9);
  });

  it("is Rayleigh where the squared variation is 4 / pi - 1", () => {
    const rate = weibullRate(5, 5 * Math.sqrt(4 / Math.PI - 1));
    expect(rate.shape).toBeCloseTo(2, 9);
    // Mean of a Rayleigh law: scale * sqrt(pi) / 2.
    expect(rate.scaleBitsPerSecond).toBeCloseTo(10 / Math.sqrt(Math.PI), 9);
  });

  it.each([0.08, 0.4, 1, 1.3])(
    "has the mean and the deviation that were asked for, at a variation of %d",
    (variation) => {
      const rate = weibullRate(20, 20 * variation);
      // The middles of two hundred thousand equal parts of (0, 1).
      const values = Array.from({ length: 200_000 }, (_, index) => rate.quantile((index + 0.5) / 200_000));
      expect(mean(values) / 20).toBeCloseTo(1, 3);
      expect(standardDeviation(values) / (20 * variation)).toBeCloseTo(1, 2);
    },
  );
});

describe("the link measured-wifi-weibull", () => {
  const [lines, logNormal] = [measuredLines("measured-wifi-weibull"), measuredLines("measured-wifi")];
  const drawOf = (round: number) => (purpose: string) => drawsOf({ seed: 1, round }, purpose)(7);
  const rounds = Array.from({ length: 20_000 }, (_, index) => index + 1);

  it("has the same users, who state the same rates as on measured-wifi", () => {
    expect(lines).toHaveLength(19);
    for (const [index, line] of lines.entries()) {
      const { name, transferSeconds: _, ...stated } = line;
      expect(name).toBe(`measured-wifi-weibull/${wifi.users[index]?.[0]}`);
      expect(logNormal[index]).toMatchObject(stated);
    }
  });

  it("moves bits at rates of the measured mean and deviation, whose median is not the one that is stated", () => {
    const [, downMean, downDeviation] = wifi.users[0] as unknown as number[];
    const line = lines[0];
    const rates = rounds.map(
      (round) => 1e6 / (line?.transferSeconds({ down: 1e6, up: 1e6 }, drawOf(round), 0).downloadSeconds ?? 0),
    );
    // Twenty thousand draws at a variation of 0.45: a standard error of 0.3 %.
    expect(mean(rates) / (downMean as number)).toBeCloseTo(1, 1.6);
    expect(standardDeviation(rates) / (downDeviation as number)).toBeCloseTo(1, 1.3);
    // The Weibull median is 6 % above the stated one.
    const slower = rates.filter((rate) => rate < (line?.downlinkBitsPerSecond ?? 0)).length / rates.length;
    expect(Math.abs(slower - 0.5)).toBeGreaterThan(0.03);
  });
});
