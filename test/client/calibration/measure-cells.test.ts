import { describe, expect, it } from "vitest";
import {
  burstSteps,
  expectedMeasuringSeconds,
  type MeasurementProgress,
  measureCells,
} from "../../../client/calibration/measure-cells.ts";
import { stepStatistics } from "../../../client/calibration/step-statistics.ts";
import { lenet5, mlp } from "../../../models/zoo.ts";

const cells = [
  { architecture: mlp, batchSize: 16 },
  { architecture: lenet5, batchSize: 32 },
];

/** A device with a clock of its own: a step takes so long, and the first burst of each cell takes ten times as long. */
function simulatedDevice(secondsOf: Readonly<Record<string, number>>) {
  const order: string[] = [];
  const seen = new Set<string>();
  let now = 0;
  return {
    order,
    clock: { nowSeconds: () => now },
    thread: {
      time: async ({ architecture, steps }: { architecture: { name: string }; steps: number }) => {
        const isFirst = !seen.has(architecture.name);
        seen.add(architecture.name);
        const seconds = (secondsOf[architecture.name] ?? 1) * (isFirst ? 10 : 1);
        order.push(architecture.name);
        now += seconds * (steps + 1);
        return new Array<number>(steps).fill(seconds);
      },
    },
  };
}

describe("measureCells", () => {
  it("takes turns over the cells and drops the first turn", async () => {
    const { thread, clock, order } = simulatedDevice({ mlp: 0.002, lenet5: 0.01 });
    const measured = await measureCells({ thread, cells, turns: 4, maximumSeconds: 60, clock });
    expect(order).toEqual(["mlp", "lenet5", "mlp", "lenet5", "mlp", "lenet5", "mlp", "lenet5", "mlp", "lenet5"]);
    // The dropped turn was ten times slower: 20 ms and 100 ms, so bursts of 8 and 2 steps.
    expect(measured).toMatchObject([
      { architecture: { name: "mlp" }, batchSize: 16, secondsPerStep: 0.002, relativeSpread: 0, steps: 32, repeats: 4 },
      { architecture: { name: "lenet5" }, batchSize: 32, secondsPerStep: 0.01, steps: 8, repeats: 4 },
    ]);
  });

  it("begins no turn after the longest time, but has three", async () => {
    const { thread, clock } = simulatedDevice({ mlp: 1, lenet5: 1 });
    const short = await measureCells({ thread, cells, turns: 8, maximumSeconds: 0, clock });
    expect(short.map(({ repeats }) => repeats)).toEqual([3, 3]);
    // A turn is 2 cells of 3 steps of 1 s: after 4 turns 24 s are past.
    const longer = await measureCells({ thread, cells, turns: 8, maximumSeconds: 20, clock });
    expect(longer.map(({ repeats }) => repeats)).toEqual([4, 4]);
  });

  it("tells a share that grows from 0 to below 1, and a time left that ends near nothing", async () => {
    const { thread, clock } = simulatedDevice({ mlp: 0.002, lenet5: 0.01 });
    const told: MeasurementProgress[] = [];
    await measureCells({ thread, cells, turns: 5, maximumSeconds: 60, clock, onProgress: (each) => told.push(each) });
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeLessThan(1);
    const left = told.flatMap(({ secondsLeft }) => secondsLeft ?? []);
    expect(left.at(-1)).toBeLessThan((left[1] ?? 0) / 4);
  });
});

describe("burstSteps", () => {
  it.each([
    [0.01, 15],
    [1e-5, 40],
    [10, 2],
  ])("fills a burst of 0.15 s with steps of %d s: %d", (seconds, steps) => {
    expect(burstSteps(seconds)).toBe(steps);
  });
});

describe("stepStatistics", () => {
  it("is the median of all steps, which a busy spell moves little", () => {
    const quiet = [0.01, 0.01, 0.012];
    // Steps 10 10 12 10 10 12 50 60 70 ms: the fifth is 12.
    expect(stepStatistics([quiet, quiet, [0.05, 0.06, 0.07]])).toMatchObject({
      secondsPerStep: 0.012,
      steps: 9,
      repeats: 3,
    });
  });

  it("has the robust spread of the bursts' means", () => {
    // Means 1, 2, 4: median 2, absolute deviations 1, 0, 2: 1.4826 * 1 / 2.
    expect(stepStatistics([[1], [1, 3], [4]]).relativeSpread).toBeCloseTo(0.7413, 10);
  });
});

describe("expectedMeasuringSeconds", () => {
  it.each([0.0005, 0.01, 0.2, 1.5, 4])("is what measureCells takes for a cell of steps of %d s", async (seconds) => {
    let now = 0;
    const thread = {
      time: async ({ steps }: { readonly steps: number }) => {
        now += seconds * (steps + 1);
        return new Array<number>(steps).fill(seconds);
      },
    };
    const effort = { turns: 12, maximumSeconds: 10 };
    await measureCells({ ...effort, thread, cells: cells.slice(0, 1), clock: { nowSeconds: () => now } });
    expect(now).toBeCloseTo(expectedMeasuringSeconds(seconds, effort), 9);
  });
});
