// An agent that trains for days must not grow: its memory after each of many trainings in a row, against that after its first ones, by
// when all is loaded. Nothing is freed by force, so that V8's garbage counts, and there are tens of megabytes of it; the same agent with
// little room for garbage stands beside it and shows what is left.

import { linearRegression, median } from "simple-statistics";
import type { Benchmark, Measurement } from "../measurement.ts";
import { compilePackage } from "./agent-process.ts";
import { type AgentRun, runRounds } from "./run-rounds.ts";

const work = { trainings: 500, model: "lenet5", batchSize: 32, examples: 96 };
/** Trainings by which the agent is warm, and the length of the windows that are compared. */
const WARM = 50;

const settings = [
  { name: "as it is", nodeOptions: "" },
  { name: "little room for garbage", nodeOptions: "--max-semi-space-size=2" },
];

export const agent: Benchmark = {
  name: "agent",
  summary: `${work.trainings} local trainings of ${work.model} in a row: the agent's memory against that after ${WARM}`,
  isLong: true,
  run: async (progress) => {
    if (process.platform !== "linux") return [unmeasured("It reads the memory of another process from Linux' /proc.")];
    progress("compiling the package");
    await compilePackage();
    const measurements: Measurement[] = [];
    for (const { name, nodeOptions } of settings) {
      progress(nodeOptions === "" ? name : `${name}: NODE_OPTIONS=${nodeOptions}`);
      measurements.push(...rowsOf(name, await runRounds({ ...work, nodeOptions }, progress)));
    }
    return measurements;
  },
};

function rowsOf(name: string, run: AgentRun): readonly Measurement[] {
  const { residentBytes, peakRssBytes, seconds, renewals, backend } = run;
  const { trainings } = work;
  const megabytesAfter = (training: number) => (residentBytes[training - 1] ?? Number.NaN) / 1e6;
  const fromWarm = residentBytes.slice(WARM - 1);
  const window = (from: number) => median(residentBytes.slice(from, from + WARM)) / 1e6;
  const row = (label: string, value: number, unit: string): Measurement => {
    return { name: `${name}: ${label}`, value, unit, ratio: null, against: null, peakRssBytes };
  };
  const memory = (label: string, value: number, [other, against]: readonly [number, string]): Measurement => {
    return { ...row(label, value, "MB"), ratio: value / other, against };
  };
  const warm = [megabytesAfter(WARM), `after training ${WARM}`] as const;
  const firstWindow = [window(WARM), `trainings ${WARM + 1} to ${2 * WARM}, median`] as const;
  return [
    row(`after training ${WARM}`, megabytesAfter(WARM), "MB"),
    memory(`greatest, ${WARM} to ${trainings}`, Math.max(...fromWarm) / 1e6, warm),
    memory(`last ${WARM} trainings, median`, window(trainings - WARM), firstWindow),
    { ...memory(`after training ${trainings}`, megabytesAfter(trainings), warm), note: "a thread was just replaced" },
    row(
      `growth, ${WARM} to ${trainings}`,
      linearRegression(fromWarm.map((bytes, at) => [at, bytes])).m,
      "bytes/training",
    ),
    { ...row("training thread replaced", renewals, "times"), note: `back-end ${backend}` },
    row("trainings with their rounds", trainings / seconds, "trainings/s"),
  ];
}

function unmeasured(note: string): Measurement {
  return { name: "agent", value: null, unit: "MB", ratio: null, against: null, peakRssBytes: 0, note };
}
