// One size of the forecast benchmark, in a process of its own so that its peak memory is its own. Started by forecast.ts with the
// number of candidates; prints the result as JSON, the last line of stdout.

import { findArchitecture } from "../../models/zoo.ts";
import { findStepModel } from "../../selection/latency/find-latency-model.ts";
import { type CandidateColumns, forecastColumns } from "../../selection/latency/forecast-columns.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { fleetDevices, madeFleet } from "../fleet/made-fleet.ts";
import { interleave, peakRssBytes } from "../measurement.ts";
import type { ForecastTiming } from "./forecast.ts";

const TURNS = 3;
const candidateCount = Number(process.argv[2]);
const stepModel = findStepModel("roofline");
const candidates = madeFleet(candidateCount);
const probabilities = new Float32Array(candidateCount);
const training = { epochs: 1, batchSize: 32, learningRate: 0.02, momentum: 0.9 };
const workload = workloadFor({ architecture: findArchitecture("lenet5"), training });

const forecastOnce = () =>
  forecastColumns({ stepModel, devices: fleetDevices, candidates, workload, deadlineSeconds: 2, probabilities });
const begun = performance.now();
forecastOnce();
const firstSeconds = (performance.now() - begun) / 1000;
const seconds = await interleave(
  {
    forecast: forecastOnce,
    read: () => readOnce(candidates),
  },
  TURNS,
);
const timing: ForecastTiming = {
  firstSeconds,
  forecastSeconds: seconds.forecast,
  readSeconds: seconds.read,
  peakRssBytes: peakRssBytes(),
  // So that nobody can say that nothing was computed.
  onTimeShare: probabilities.reduce((sum, probability) => sum + probability, 0) / candidateCount,
};
console.log(JSON.stringify(timing));

/** The least that any forecast must do: look at every column of every candidate. */
function readOnce({ deviceIndices, exampleCounts, ...link }: CandidateColumns): number {
  const { downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds, transferLogSigmas } = link;
  let sum = 0;
  for (let index = 0; index < candidateCount; index++) {
    sum +=
      (deviceIndices[index] as number) +
      (exampleCounts[index] as number) +
      (downlinkBitsPerSecond[index] as number) +
      (uplinkBitsPerSecond[index] as number) +
      (roundTripSeconds[index] as number) +
      (transferLogSigmas[index] as number);
  }
  return sum;
}
