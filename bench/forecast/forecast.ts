// Forecasts of whole fleets in columns, against reading the same columns once.

import type { Benchmark, Measurement } from "../measurement.ts";
import { runChild } from "../run-child.ts";

const sizes = [1_000_000, 15_000_000] as const;

export interface ForecastTiming {
  /** The first call, which computes what the fleet asks for of the grids of its laws and links. */
  readonly firstSeconds: number;
  readonly forecastSeconds: number;
  readonly readSeconds: number;
  readonly peakRssBytes: number;
  readonly onTimeShare: number;
}

export const forecast: Benchmark = {
  name: "forecast",
  summary: "probabilities of 1 and of 15 million candidates in columns, one core, against reading the columns once",
  run: async (progress) => {
    const measurements: Measurement[] = [];
    for (const size of sizes) {
      const millions = `${size / 1e6} million`;
      progress(millions);
      const timing = await runChild<ForecastTiming>(new URL("./measure-forecast.ts", import.meta.url), String(size));
      const { firstSeconds, forecastSeconds, readSeconds, peakRssBytes } = timing;
      measurements.push(
        {
          ...{ name: `${millions}, the first time, in ${firstSeconds.toFixed(2)} s`, value: size / firstSeconds },
          ...{ unit: "forecasts/s", ratio: readSeconds / firstSeconds, against: "reading once", peakRssBytes },
        },
        {
          ...{ name: `${millions} in ${forecastSeconds.toFixed(2)} s`, value: size / forecastSeconds },
          ...{ unit: "forecasts/s", ratio: readSeconds / forecastSeconds, against: "reading once", peakRssBytes },
        },
        {
          ...{ name: `${millions}, reading once`, value: size / readSeconds, unit: "candidates/s" },
          ...{ ratio: null, against: null, peakRssBytes },
        },
      );
    }
    return measurements;
  },
};
