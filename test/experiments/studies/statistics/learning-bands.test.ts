import { describe, expect, it } from "vitest";
import { groupParticipation } from "../../../../experiments/studies/statistics/group-participation.ts";
import {
  accuracyAt,
  firstReaches,
  learningBand,
  learningCurve,
} from "../../../../experiments/studies/statistics/learning-bands.ts";
import { seededRandom } from "../../../../foundation/random-source.ts";
import { madeRound, spent } from "../../../support/made-rounds.ts";

const evaluation = (accuracy: number) => ({ accuracy, loss: 1 });

describe("the learning curve of a run", () => {
  const rounds = [
    madeRound({
      startedSeconds: 0,
      seconds: 1800,
      useful: spent(3600),
      wasted: spent(1800),
      evaluation: evaluation(0.5),
    }),
    madeRound({ startedSeconds: 2000, seconds: 1600, useful: spent(3600), wasted: spent(0) }),
    madeRound({
      startedSeconds: 3600,
      seconds: 3600,
      useful: spent(0),
      wasted: spent(5400),
      evaluation: evaluation(0.7),
    }),
  ];

  it("has its evaluated rounds, against what was spent by their ends, rounds between them included", () => {
    expect(learningCurve(rounds, "virtual-hours")).toEqual([
      { x: 0.5, accuracy: 0.5 },
      { x: 2, accuracy: 0.7 },
    ]);
    // 3600 + 1800, then 3600 and 5400 more
    expect(learningCurve(rounds, "device-hours").map(({ x }) => x)).toEqual([1.5, 4]);
    expect(learningCurve(rounds, "wasted-device-hours").map(({ x }) => x)).toEqual([0.5, 2]);
  });

  it("is on the line between two evaluations", () => {
    const curve = learningCurve(rounds, "virtual-hours");
    expect(accuracyAt(curve, 0.5)).toBe(0.5);
    // A third of the way from 0.5 to 2.
    expect(accuracyAt(curve, 1)).toBeCloseTo(0.5 + 0.2 / 3, 12);
    expect(accuracyAt(curve, 0.1)).toBe(0.5);
    expect(accuracyAt(curve, 9)).toBe(0.7);
  });

  it("reaches a target when the mean of five evaluations in a row does", () => {
    const curve = [0.1, 0.95, 0.2, 0.8, 0.9, 0.9, 0.95, 0.95].map((accuracy, index) => ({ x: index + 1, accuracy }));
    // The first five have a mean of 0.59, the next fives 0.75, 0.75 and (0.8 + 0.9 + 0.9 + 0.95 + 0.95) / 5 = 0.9.
    expect(firstReaches(curve, 0.9)).toBe(8);
    expect(firstReaches(curve, 0.7)).toBe(6);
    expect(firstReaches(curve, 0.91)).toBeNull();
    expect(firstReaches(curve.slice(0, 4), 0.1)).toBeNull();
  });
});

describe("the band over seeds", () => {
  const curveOf = (slope: number, end: number) => [0, end].map((x) => ({ x, accuracy: slope * x }));

  it("is the mean of the seeds between the last start and the first end", () => {
    const band = learningBand([curveOf(0.1, 4), curveOf(0.2, 3)], { random: seededRandom(1), points: 4 });
    expect(band.map(({ x }) => x)).toEqual([0, 1, 2, 3]);
    for (const { x, estimate } of band) expect(estimate).toBeCloseTo(0.15 * x, 12);
    // Two seeds give no interval.
    expect(band.every(({ low }) => low === null)).toBe(true);
  });

  it("has intervals from five seeds on, which contain the mean", () => {
    const band = learningBand(
      [1, 2, 3, 4, 5].map((slope) => curveOf(slope / 20, 2)),
      { random: seededRandom(1), points: 5 },
    );
    for (const { estimate, low, high } of band) {
      expect(low).toBeLessThanOrEqual(estimate);
      expect(high).toBeGreaterThanOrEqual(estimate);
    }
    expect((band.at(-1)?.high ?? 0) - (band.at(-1)?.low ?? 0)).toBeGreaterThan(0.1);
  });

  it("is empty where the seeds have no stretch in common", () => {
    const late = [
      { x: 5, accuracy: 0.1 },
      { x: 6, accuracy: 0.2 },
    ];
    expect(learningBand([curveOf(0.1, 4), late], { random: seededRandom(1) })).toEqual([]);
    expect(learningBand([curveOf(0.1, 4), []], { random: seededRandom(1) })).toEqual([]);
    expect(learningBand([], { random: seededRandom(1) })).toEqual([]);
  });
});

describe("how groups take part", () => {
  const cell = (edgeCompletions: number, coverage: number) => ({
    participation: {
      ...{ jainIndex: 1, giniCoefficient: 0, coverage: 1 },
      groups: [
        { name: "desktop", clientCount: 75, selections: 100, completions: 90, coverage: 1 },
        { name: "edge", clientCount: 25, selections: 100, completions: edgeCompletions, coverage },
        { name: "space", clientCount: 0, selections: 0, completions: 0, coverage: 0 },
      ],
    },
  });
  const cells = [cell(10, 0.2), cell(30, 0.4)];

  it("is the mean over seeds of the share that was ever of use", () => {
    const rows = groupParticipation(cells, "coverage", seededRandom(1));
    expect(rows.map(({ group }) => group)).toEqual(["desktop", "edge"]);
    expect(rows[1]?.estimate).toBeCloseTo(0.3, 12);
  });

  it("or of the group's share of the updates over its share of the clients", () => {
    const rows = groupParticipation(cells, "representation", seededRandom(1));
    // Edge: 10 of 100 and 30 of 120 updates for a quarter of the clients.
    expect(rows[1]?.estimate).toBeCloseTo((0.4 + 1) / 2, 12);
  });
});
