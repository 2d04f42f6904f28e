// The aggregator under load: many agents, large models, many rounds. Memory is the aggregator's own process; the limits are the
// project's own (flat memory, nobody dropped).

import { median } from "simple-statistics";
import type { Benchmark, Measurement } from "../measurement.ts";
import { type LoadRun, runLoad } from "./run-load.ts";

const SOAK_ROUNDS = 2000;

export const load: Benchmark = {
  name: "load",
  summary: "5,000 agents through 20 rounds of 500 with a model of 1 MB; 100 agents with one of 100 MB",
  isLong: true,
  run: async (progress) => {
    const many = await runLoad({ agents: 5000, cohortSize: 500, rounds: 20, width: 512 }, progress);
    const large = await runLoad({ agents: 100, cohortSize: 100, rounds: 1, width: 5000 }, progress);
    return [
      ...rows("5,000 agents, 1 MB", many, 500 * 20 * 2 * 1.05),
      ...rows("100 agents, 100 MB", large, 100 * 2 * 100),
      limit("100 agents, 100 MB: peak memory of the aggregator", large.result.peakRssBytes / 1e6, 1000),
    ];
  },
};

export const soak: Benchmark = {
  name: "soak",
  summary: "2,000 rounds of 20 agents: the aggregator's memory at the end against that after 200",
  isLong: true,
  run: async (progress) => {
    const run = await runLoad({ agents: 40, cohortSize: 20, rounds: SOAK_ROUNDS, width: 128 }, progress);
    const at = (from: number, of: (round: LoadRun["rounds"][number]) => number) =>
      median(run.rounds.filter(({ round }) => round > from && round <= from + 200).map(of)) / 1e6;
    const last = SOAK_ROUNDS - 200;
    const memory = (name: string, of: (round: LoadRun["rounds"][number]) => number): Measurement => ({
      name: `${name} in the last 200 rounds`,
      value: at(last, of),
      unit: "MB",
      ratio: at(last, of) / at(200, of),
      against: "rounds 201 to 400",
      peakRssBytes: run.result.peakRssBytes,
    });
    return [
      memory("resident memory", ({ rssBytes }) => rssBytes),
      memory("heap in use", ({ heapBytes }) => heapBytes),
      ...rows("soak", run, null),
    ];
  },
};

function rows(name: string, { result }: LoadRun, megabytes: number | null): readonly Measurement[] {
  const { seconds, completedCount, selectedCount, disconnectedCount, refusedCount, peakRssBytes } = result;
  const row = (label: string, value: number, unit: string, note?: string): Measurement => ({
    ...{ name: `${name}: ${label}`, value, unit, ratio: null, against: null, peakRssBytes },
    ...(note === undefined ? {} : { note }),
  });
  return [
    row("updates that counted", completedCount, "updates", `of ${selectedCount} asked for`),
    row("connections lost", disconnectedCount, "agents", `${refusedCount} messages refused`),
    row("all rounds", seconds, "s"),
    ...(megabytes === null ? [] : [row("down and up", megabytes / seconds, "MB/s")]),
  ];
}

/** A value that is to stay below a bound; the ratio is above 1 if it does. */
function limit(name: string, value: number, bound: number): Measurement {
  return { name, value, unit: "MB", ratio: bound / value, against: `${bound} MB`, peakRssBytes: value * 1e6 };
}
