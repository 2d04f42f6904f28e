import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoundRecord } from "../../../../experiments/simulation/types.ts";
import { cellMetrics } from "../../../../experiments/studies/statistics/cell-metrics.ts";
import { forecastMetrics, pooledReliability } from "../../../../experiments/studies/statistics/forecast-metrics.ts";
import { abandonMissed } from "../../../../experiments/studies/statistics/waste-metrics.ts";
import { madeRound, spent } from "../../../support/made-rounds.ts";

const participation = { jainIndex: 0.5, giniCoefficient: 0.4, coverage: 0.75, groups: [] };
const reliability = { counts: [0, 10, 10], saidSums: [0, 5, 9], keptCounts: [0, 4, 8] };
const metricsOf = (rounds: readonly RoundRecord[], requiredUpdates = 3) =>
  cellMetrics({ rounds, participation, reliability }, requiredUpdates);

/** Four rounds for k = 3: one kept, one with surplus, one that missed, one empty. */
const rounds: readonly RoundRecord[] = [
  madeRound({
    ...{ round: 1, startedSeconds: 0, seconds: 20, selectedCount: 4, completedCount: 4, expectedOnTimeCount: 3.6 },
    ...{ statedRoundProbability: 0.95, useful: spent(40), wasted: spent(0), usefulExamples: 400 },
  }),
  madeRound({
    ...{ round: 2, startedSeconds: 25, seconds: 12, selectedCount: 5, completedCount: 3, surplusCount: 2 },
    ...{ expectedOnTimeCount: 4.5, statedRoundProbability: 0.99, useful: spent(30), wasted: spent(10) },
    ...{ usefulExamples: 300 },
  }),
  madeRound({
    ...{ round: 3, startedSeconds: 42, seconds: 20, selectedCount: 3, completedCount: 1, lateCount: 2 },
    ...{ expectedOnTimeCount: 2.7, useful: spent(10, { bytes: 50 }), wasted: spent(30), usefulExamples: 100 },
  }),
  madeRound({ round: 4, startedSeconds: 67, seconds: 20, statedRoundProbability: 0 }),
];

describe("the metrics of a run", () => {
  const metrics = metricsOf(rounds);

  it("count compliance by client over all rounds, with surplus clients in the denominator", () => {
    // 4 + 3 + 1 of 4 + 5 + 3
    expect(metrics.sloComplianceMicro).toBeCloseTo(8 / 12, 12);
    // Without the 2 surplus: 8 of 10.
    expect(metrics.sloComplianceOfAwaited).toBeCloseTo(0.8, 12);
    // (1 + 3/5 + 1/3) / 3
    expect(metrics.sloComplianceMacro).toBeCloseTo((1 + 0.6 + 1 / 3) / 3, 12);
  });

  it("count compliance by round over all rounds: an empty round is one that missed", () => {
    expect(metrics.roundCompliance).toBe(2 / 4);
    expect(metrics.allOnTimeShare).toBe(1 / 4);
    expect(metrics.emptyRoundShare).toBe(1 / 4);
    expect(metrics.meanSelected).toBe(12 / 4);
    expect(metrics.meanCompleted).toBe(8 / 4);
  });

  it("count waste as a share of what was spent, in each unit", () => {
    // 0 + 10 + 30 of 40 + 40 + 40
    expect(metrics.wasteShareDeviceSeconds).toBeCloseTo(40 / 120, 12);
    expect(metrics.wasteShareFlop).toBeCloseTo(400 / 1200, 12);
    expect(metrics.wasteShareJoules).toBeCloseTo(120 / 360, 12);
    // 20 + 60 of 80 + 80 + 110
    expect(metrics.wasteShareBytes).toBeCloseTo(80 / 270, 12);
    expect(metrics.wastedDeviceSecondsPerRound).toBe(40 / 4);
    expect(metrics.wastedDeviceSecondsPerUpdate).toBe(40 / 8);
    expect(metrics.wastedDeviceSecondsPerUsefulExample).toBe(40 / 800);
  });

  it("count all work of a round that misses k as waste, if such rounds are abandoned", () => {
    // The third round's useful 10 are wasted, too: 50 of 120, for 7 updates with 700 examples.
    expect(metrics.wasteShareDeviceSecondsIfAbandoned).toBeCloseTo(50 / 120, 12);
    // 20 + 60 + 50 of 270
    expect(metrics.wasteShareBytesIfAbandoned).toBeCloseTo(130 / 270, 12);
    expect(metrics.wastedDeviceSecondsPerRoundIfAbandoned).toBe(50 / 4);
    expect(metrics.wastedDeviceSecondsPerUpdateIfAbandoned).toBeCloseTo(50 / 7, 12);
    expect(metrics.wastedDeviceSecondsPerUsefulExampleIfAbandoned).toBeCloseTo(50 / 700, 12);
  });

  it("measure time from the first round's start to the last one's end", () => {
    expect(metrics.totalSeconds).toBe(87);
    expect(metrics.meanRoundSeconds).toBe(72 / 4);
    expect(metrics.usefulExamplesPerSecond).toBeCloseTo(800 / 87, 12);
  });

  it("set what was promised beside what was kept", () => {
    // (3.6 + 4.5 + 2.7) / 12
    expect(metrics.expectedCompliance).toBeCloseTo(0.9, 12);
    // Stated in rounds 1, 2 and 4, of which 1 and 2 had their three updates.
    expect(metrics.meanStatedRoundProbability).toBeCloseTo((0.95 + 0.99 + 0) / 3, 12);
    expect(metrics.keptRoundShare).toBeCloseTo(2 / 3, 12);
  });

  it("score the forecasts by their bins", () => {
    expect(metrics.meanProbabilitySaid).toBeCloseTo(14 / 20, 12);
    expect(metrics.shareKept).toBeCloseTo(12 / 20, 12);
    // Both bins are off by 0.1.
    expect(metrics.expectedCalibrationError).toBeCloseTo(0.1, 12);
    // Each bin: 0.01 + kept (1 - kept), kept 0.4 and 0.8: (0.01 + 0.24 + 0.01 + 0.16) / 2
    expect(metrics.brierScoreOfBins).toBeCloseTo(0.21, 12);
  });

  it("are null where there is nothing to divide by, and never NaN", () => {
    const none = cellMetrics(
      { rounds: [], participation, reliability: { counts: [0], saidSums: [0], keptCounts: [0] } },
      1,
    );
    expect(none).toMatchObject({
      sloComplianceMicro: null,
      roundCompliance: null,
      wasteShareFlop: null,
      totalSeconds: 0,
    });
    const empty = metricsOf([madeRound(), madeRound({ round: 2, startedSeconds: 10 })]);
    expect(empty).toMatchObject({
      sloComplianceMicro: null,
      sloComplianceMacro: null,
      roundCompliance: 0,
      emptyRoundShare: 1,
    });
    expect(empty).toMatchObject({ wasteShareDeviceSeconds: null, wastedDeviceSecondsPerUpdate: null });
    for (const value of [...Object.values(none), ...Object.values(empty)]) expect(value).not.toBeNaN();
  });

  it("never fall when rounds are abandoned, whatever the rounds are", () => {
    const amount = fc.integer({ min: 0, max: 50 });
    const round = fc
      .record({ completed: amount, late: amount, useful: amount, wasted: amount })
      .map(({ completed, late, useful, wasted }) =>
        madeRound({
          ...{ selectedCount: completed + late, completedCount: completed, lateCount: late },
          ...{ useful: spent(useful), wasted: spent(wasted), usefulExamples: 10 * completed },
        }),
      );
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (made, k) => {
        const { wasteShareDeviceSeconds, wasteShareDeviceSecondsIfAbandoned, ...others } = metricsOf(made, k);
        expect(wasteShareDeviceSecondsIfAbandoned ?? 0).toBeGreaterThanOrEqual(wasteShareDeviceSeconds ?? 0);
        expect(others.roundCompliance).toBeGreaterThanOrEqual(0);
        expect(others.sloComplianceOfAwaited ?? 1).toBeGreaterThanOrEqual(others.sloComplianceMicro ?? 0);
        const total = (items: readonly RoundRecord[]) =>
          items.reduce((sum, item) => sum + item.useful.flop + item.wasted.flop, 0);
        expect(total(made.map((each) => abandonMissed(each, k)))).toBe(total(made));
      }),
    );
  });
});

describe("the forecasts of several runs", () => {
  it("are pooled bin by bin", () => {
    const pooled = pooledReliability([
      { counts: [1, 2], saidSums: [0.1, 1.4], keptCounts: [0, 2] },
      { counts: [3, 0], saidSums: [0.5, 0], keptCounts: [1, 0] },
    ]);
    expect(pooled).toEqual({ counts: [4, 2], saidSums: [0.6, 1.4], keptCounts: [1, 2] });
  });

  it("that are right on average in every bin have no calibration error, and the variance as Brier score", () => {
    const perfect = forecastMetrics({ counts: [4, 10], saidSums: [1, 8], keptCounts: [1, 8] });
    expect(perfect.expectedCalibrationError).toBe(0);
    // 4 of 0.25 * 0.75 and 10 of 0.8 * 0.2
    expect(perfect.brierScoreOfBins).toBeCloseTo((4 * 0.1875 + 10 * 0.16) / 14, 12);
  });
});
