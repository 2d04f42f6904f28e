// The fit by hand, and, where the measured networks are beside the repository, that network/fitted-link-spread.ts is what the
// script computes from them.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fitLinkSpread } from "../../../experiments/link-spread/fit-link-spread.ts";
import { lineOfMoments, lineOfTrace, logSigmaOfVariation } from "../../../experiments/link-spread/measured-line.ts";
import { leaveOneOutCalibration, poolLines } from "../../../experiments/link-spread/pool-lines.ts";
import type { RateTrace } from "../../../experiments/link-spread/rate-trace.ts";
import { readRateMoments, readRateTraces } from "../../../experiments/link-spread/read-network-tables.ts";
import { studyTransfers } from "../../../experiments/link-spread/study-transfers.ts";
import { fittedLinkSpread } from "../../../network/fitted-link-spread.ts";

const data = fileURLToPath(new URL("../../../../shared/data/network", import.meta.url));
const isPresent = existsSync(data);
if (!isPresent) console.warn(`Left out: the measured networks are not at ${data}.`);

const trace = (name: string, megabitsPerSecond: readonly number[], share5g = 1): RateTrace => ({
  name,
  share5g,
  stepSeconds: 10,
  bitsPerSecond: megabitsPerSecond.map((rate) => rate * 1e6),
});
const user = (group: string, stratum: "down" | "up", meanMegabits: number, deviationMegabits: number) => ({
  group,
  stratum,
  meanBitsPerSecond: meanMegabits * 1e6,
  deviationBitsPerSecond: deviationMegabits * 1e6,
});

describe("a measured line", () => {
  it("of constant rate has no spread", () => {
    const line = lineOfTrace(trace("a", [5, 5, 5]), 10);
    expect(line.logSigma).toBeCloseTo(0, 12);
    expect(line.robustLogSigma).toBeCloseTo(0, 12);
    expect(line.logMedianRate).toBeCloseTo(Math.log(5e6), 12);
  });

  it("of two states has the root mean square of the two logarithms", () => {
    // Median 2.5 Mbit/s, transfers of 2 s within a step: ln 2.5 = 0.9163, ln 0.625 = -0.4700;
    // sqrt((0.8396 + 0.2209) / 2) = 0.7282.
    const line = lineOfTrace(trace("a", [1, 4]), 2);
    expect(line.logSigma).toBeCloseTo(0.7282, 4);
    expect(line.shareWithin(0)).toBe(0.5);
    expect(line.shareWithin(1)).toBe(1);
  });

  it("by its moments has the log-normal's sigma and median", () => {
    // cv 0.4: sqrt(ln 1.16) = 0.385253; median = mean / sqrt(1.16).
    const line = lineOfMoments(user("a", "down", 10, 4));
    expect(logSigmaOfVariation(0.4)).toBeCloseTo(0.385253, 6);
    expect(line.logSigma).toBeCloseTo(0.385253, 6);
    expect(line.logMedianRate).toBeCloseTo(Math.log(10e6 / Math.sqrt(1.16)), 12);
    expect(line.shareWithin(0.385253)).toBeCloseTo(0.841345, 5);
  });
});

describe("pooled lines", () => {
  it("give each line the same weight, and add the difference between them", () => {
    // Sigmas 0 and sqrt(ln 1.16) = 0.385253: sqrt(0.148420 / 2) = 0.272415. Medians 1 and e: the standard deviation of (0, 1)
    // is sqrt(1/2). Both: sqrt(0.074210 + 0.5) = 0.757766.
    const mean = Math.E * Math.sqrt(1.16);
    const lines = [lineOfMoments(user("a", "down", 1, 0)), lineOfMoments(user("b", "down", mean, 0.4 * mean))];
    const { lineLogSigma, betweenLogSigma, kindLogSigma, robustLineLogSigma } = poolLines(lines);
    expect(lineLogSigma).toBeCloseTo(0.272415, 6);
    expect(betweenLogSigma).toBeCloseTo(Math.SQRT1_2, 6);
    expect(kindLogSigma).toBeCloseTo(0.757766, 6);
    // The median of 0 and 0.385253.
    expect(robustLineLogSigma).toBeCloseTo(0.192627, 6);
  });

  it("compare downlinks with downlinks and uplinks with uplinks", () => {
    // Within a direction all are equal, so there is no difference between lines, though up is a tenth of down.
    const lines = ["a", "b", "c"].flatMap((group) => [
      lineOfMoments(user(group, "down", 10, 1)),
      lineOfMoments(user(group, "up", 1, 0.1)),
    ]);
    expect(poolLines(lines).betweenLogSigma).toBeCloseTo(0, 12);
  });

  it("are perfectly calibrated where every line follows the same log-normal", () => {
    const lines = ["a", "b", "c"].map((group) => lineOfMoments(user(group, "down", 10, 4)));
    for (const known of ["line", "kind"] as const) {
      const { inside50, inside80, inside95, keptAt80, keptAt90, keptAt95 } = leaveOneOutCalibration(lines, known);
      expect([inside50, inside80, inside95].map((share) => share.toFixed(6))).toEqual([
        "0.500000",
        "0.800000",
        "0.950000",
      ]);
      expect([keptAt80, keptAt90, keptAt95].map((share) => share.toFixed(6))).toEqual([
        "0.800000",
        "0.900000",
        "0.950000",
      ]);
    }
  });

  it("are judged on a line by the others: one of another rate breaks the promise of its kind, not that of its line", () => {
    const lines = [10, 10, 10, 1].map((mean, index) => lineOfMoments(user(`${index}`, "down", mean, 0.4 * mean)));
    expect(leaveOneOutCalibration(lines, "line").keptAt95).toBeCloseTo(0.95, 6);
    // Left out, the slow one meets a pool that expects ten times its rate and next to no difference: it keeps nothing. The
    // others meet a pool that is wide because of it, and keep all: 3 of 4.
    const { keptAt95 } = leaveOneOutCalibration(lines, "kind");
    expect(keptAt95).toBeGreaterThan(0.74);
    expect(keptAt95).toBeLessThan(0.76);
  });
});

describe("the fit", () => {
  const constant = {
    traces: ["a", "b", "c"].flatMap((name) => [trace(`5g-${name}`, [9, 9]), trace(`lte-${name}`, [3, 3], 0.2)]),
    wifi: ["a", "b", "c"].flatMap((group) => [user(group, "down", 8, 0), user(group, "up", 4, 0)]),
  };

  it("finds no spread in constant, equal rates", () => {
    const spreads = fitLinkSpread(constant);
    for (const kind of ["wifi", "mobile-5g", "lte"] as const) {
      expect(spreads[kind]).toMatchObject({ lineLogSigma: 0, kindLogSigma: 0, basis: "measured" });
    }
  });

  it("counts a trace with at most a fifth of its time on 5G as LTE", () => {
    const { lte, "mobile-5g": mobile5g } = fitLinkSpread(constant);
    expect(lte.rows).toMatch(/^3 traces, 6 steps/);
    expect(mobile5g.rows).toMatch(/^3 traces, 6 steps/);
  });

  it("says of every kind what it rests on, and of an assumption that it is one", () => {
    for (const { basis, source, licence, evidence } of Object.values(fittedLinkSpread)) {
      expect(source.startsWith("assumption")).toBe(basis === "assumption");
      expect(licence === null).toBe(basis === "assumption");
      expect(evidence === null).toBe(basis === "assumption");
    }
  });

  it("names the rate for which the median factor is 1", () => {
    // Rates 1, 2, 9 within a step: stated median 2 gives factors 2, 1, 2/9 (median 1); stated mean 4 gives 4, 2, 4/9 (median 2).
    const study = studyTransfers(
      ["a", "b", "c"].map((name) => trace(name, [1, 2, 9])),
      1,
    );
    expect(study.medianLogFactor.median).toBeCloseTo(0, 12);
    expect(study.medianLogFactor.mean).toBeCloseTo(Math.log(2), 12);
    // (1 * 2 * 9)^(1/3) / 2 and 3 / (1 + 1/2 + 1/9) / 2.
    expect(study.medianLogFactor.geometricMean).toBeCloseTo(Math.log(18 ** (1 / 3) / 2), 12);
    expect(study.medianLogFactor.harmonicMean).toBeCloseTo(Math.log(3 / (1 + 1 / 2 + 1 / 9) / 2), 12);
  });
});

describe("reading the tables", () => {
  const summary = "trace,share_5g\n0,0.5\n";

  it("gives rates in bit/s", () => {
    expect(readRateTraces("trace,t_s,downlink_kbps\n0,0,4170\n0,10,13009\n", summary)).toEqual([
      { name: "0", share5g: 0.5, stepSeconds: 10, bitsPerSecond: [4_170_000, 13_009_000] },
    ]);
    const users = "user,down_mean_kBps,down_sd_kBps,up_mean_kBps,up_sd_kBps\n7,1000,500,250,125\n";
    expect(readRateMoments(users)).toEqual([user("7", "down", 8, 4), user("7", "up", 2, 1)]);
  });

  it.each([
    ["a hole", "trace,t_s,downlink_kbps\n0,0,1\n0,20,1\n", summary, "t_s = 20 where 10 was due"],
    ["no summary", "trace,t_s,downlink_kbps\n3,0,1\n", summary, 'Trace "3" has no row in the summary'],
    [
      "a rate that is no number",
      "trace,t_s,downlink_kbps\n0,0,fast\n",
      summary,
      "Row 1 of the traces: downlink_kbps is no number",
    ],
    ["a missing column", "trace,t_s\n0,0\n", summary, "lacks the column downlink_kbps"],
  ])("refuses a trace with %s", (_, samples, shares, words) => {
    expect(() => readRateTraces(samples, shares)).toThrow(
      expect.objectContaining({
        code: "experiments.malformed-measurements",
        message: expect.stringContaining(words),
      }),
    );
  });
});

describe.runIf(isPresent)("the measured networks", () => {
  const read = (name: string) => readFileSync(`${data}/${name}`, "utf8");

  it("give the values that the package holds", () => {
    const traces = readRateTraces(read("mobile5g_10s.csv"), read("mobile5g_trace_summary.csv"));
    expect(fitLinkSpread({ traces, wifi: readRateMoments(read("flash_wifi_speed.csv")) })).toEqual(fittedLinkSpread);
  });
});
