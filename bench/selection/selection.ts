// The cost of deciding about whole fleets: forecast, rank, quorum and rotation, without and with adapted work, against a plain
// uniform sample of the same fleet.
// Sentences are made for those whose reason is read; the last measure makes all of them.

import { findLatencyModel } from "../../selection/latency/find-latency-model.ts";
import { createPolicy } from "../../selection/policies/find-policy.ts";
import { reforecastWith } from "../../selection/policy/reforecast.ts";
import { selectClients } from "../../selection/policy/select-clients.ts";
import type { Benchmark, Measurement } from "../measurement.ts";
import { interleave, peakRssBytes } from "../measurement.ts";
import { runChild } from "../run-child.ts";
import { fleetOfObjects } from "./fleet-of-objects.ts";

const sizes = [10_000, 1_000_000] as const;
const TURNS = 5;

export interface SelectionTiming {
  /** The first decision, which computes what the fleet asks for of the grids of its laws and links. */
  readonly firstSeconds: number;
  readonly decideSeconds: number;
  /** With less work for slow clients. */
  readonly adaptSeconds: number;
  readonly sampleSeconds: number;
  readonly selectedCount: number;
  readonly peakRssBytes: number;
}

export const selection: Benchmark = {
  name: "selection",
  summary: "whole decisions (forecast, rank, quorum, rotation) about 10,000 and 1,000,000 candidates, one core",
  run: async (progress) => {
    const measurements: Measurement[] = [];
    for (const size of sizes) {
      const name = `${size.toLocaleString("en")} candidates`;
      progress(name);
      const timing = await runChild<SelectionTiming>(new URL("./measure-selection.ts", import.meta.url), String(size));
      measurements.push(...measurementsOf(name, size, timing));
    }
    progress("10,000 candidates with every sentence");
    return [...measurements, await withSentences()];
  },
};

function measurementsOf(name: string, size: number, timing: SelectionTiming): readonly Measurement[] {
  const { firstSeconds, decideSeconds, adaptSeconds, sampleSeconds, peakRssBytes: memory } = timing;
  const rate = (seconds: number) => size / seconds;
  const against = "uniform sample";
  return [
    {
      ...{ name: `${name}, the first time, in ${milliseconds(firstSeconds)}`, value: rate(firstSeconds) },
      ...{ unit: "candidates/s", ratio: sampleSeconds / firstSeconds, against, peakRssBytes: memory },
    },
    {
      ...{ name: `${name} in ${milliseconds(decideSeconds)}`, value: rate(decideSeconds) },
      ...{ unit: "candidates/s", ratio: sampleSeconds / decideSeconds, against, peakRssBytes: memory },
    },
    {
      ...{ name: `${name} with adapted work in ${milliseconds(adaptSeconds)}`, value: rate(adaptSeconds) },
      ...{ unit: "candidates/s", ratio: sampleSeconds / adaptSeconds, against, peakRssBytes: memory },
    },
    {
      ...{ name: `${name}, uniform sample in ${milliseconds(sampleSeconds)}`, value: rate(sampleSeconds) },
      ...{ unit: "candidates/s", ratio: null, against: null, peakRssBytes: memory },
    },
  ];
}

/** As an aggregator decides: a forecast object and a sentence for everybody. */
async function withSentences(): Promise<Measurement> {
  const { candidates, workload, training, slo } = fleetOfObjects(10_000);
  const model = findLatencyModel("roofline");
  const policy = createPolicy("quorum", { settings: { requiredUpdates: 100 } });
  const reforecast = reforecastWith(model, workload, slo);
  let round = 0;
  const decide = () => {
    round += 1;
    const entries = candidates.map((candidate) => ({ candidate, forecast: model.forecast(candidate, workload, slo) }));
    return selectClients({ policy, round, seed: 1, slo, candidates: entries, reforecast, training });
  };
  const seconds = await interleave({ decide }, TURNS);
  return {
    name: `10,000 candidates, a forecast object and a sentence each, in ${milliseconds(seconds.decide)}`,
    value: candidates.length / seconds.decide,
    ...{ unit: "candidates/s", ratio: null, against: null, peakRssBytes: peakRssBytes() },
  };
}

const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(seconds < 0.1 ? 1 : 0)} ms`;
