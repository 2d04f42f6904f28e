// How long the simulator takes for fleets of millions and for whole comparisons, beside what they may take at most.

import type { Benchmark, Measurement } from "../measurement.ts";
import { runChild } from "../run-child.ts";
import type { ComparisonTiming } from "./measure-comparison.ts";
import type { MillionTiming } from "./measure-million.ts";

const MILLION = { size: 1_000_000, rounds: 1000, limitSeconds: 600, limitBytes: 2e9 };
const COMPARISON = { size: 10_000, rounds: 200, seeds: 10, limitSeconds: 300 };

export const simulate: Benchmark = {
  name: "simulate",
  summary:
    "null training: 1,000,000 devices x 1,000 rounds; 10,000 devices x 200 rounds x 10 policies x 10 seeds (minutes)",
  isLong: true,
  run: async (progress) => {
    progress("1,000,000 devices, 1,000 rounds, one core");
    const million = await runChild<MillionTiming>(
      new URL("./measure-million.ts", import.meta.url),
      `${MILLION.size}x${MILLION.rounds}`,
    );
    progress(`${million.seconds.toFixed(0)} s; now 10,000 devices, 200 rounds, 10 policies, 10 seeds, two threads`);
    const comparison = await runChild<ComparisonTiming>(
      new URL("./measure-comparison.ts", import.meta.url),
      `${COMPARISON.size}x${COMPARISON.rounds}x${COMPARISON.seeds}`,
    );
    return [...ofMillion(million), ofComparison(comparison)];
  },
};

function ofMillion({ seconds, peakRssBytes, meanCompleted }: MillionTiming): readonly Measurement[] {
  const name = "1,000,000 devices x 1,000 rounds of quorum";
  const note = `${meanCompleted.toFixed(1)} updates a round in the mean, 100 required`;
  return [
    {
      ...{ name, value: seconds, unit: "s", ratio: MILLION.limitSeconds / seconds, against: "limit of 10 minutes" },
      ...{ peakRssBytes, note },
    },
    {
      ...{ name: `${name}, memory`, value: peakRssBytes / 1e6, unit: "MB", ratio: MILLION.limitBytes / peakRssBytes },
      ...{ against: "limit of 2 GB", peakRssBytes },
    },
  ];
}

function ofComparison({ seconds, runs, peakRssBytes }: ComparisonTiming): Measurement {
  return {
    name: `10,000 devices x 200 rounds, ${runs} runs on two threads`,
    ...{ value: seconds, unit: "s", ratio: COMPARISON.limitSeconds / seconds, against: "limit of 5 minutes" },
    peakRssBytes,
  };
}
