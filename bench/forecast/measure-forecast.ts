// One size of the forecast benchmark, in a process of its own so that its peak memory is its own. Started by forecast.ts with the
// number of candidates; prints the result as JSON, the last line of stdout.

import { findArchitecture } from "../../models/zoo.ts";
import { linkProfiles } from "../../network/link-profiles.ts";
import { gpuCatalogue } from "../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { findStepModel } from "../../selection/latency/find-latency-model.ts";
import { type CandidateColumns, forecastColumns } from "../../selection/latency/forecast-columns.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { interleave, peakRssBytes } from "../measurement.ts";
import type { ForecastTiming } from "./forecast.ts";

const TURNS = 3;
const candidateCount = Number(process.argv[2]);
const devices = gpuCatalogue.map(({ name }) => ({ device: resolveDevice({ kind: "gpu", name }) }));
const stepModel = findStepModel("roofline");
const candidates = madeFleet();
const probabilities = new Float32Array(candidateCount);
const training = { epochs: 1, batchSize: 32, learningRate: 0.02, momentum: 0.9 };
const workload = workloadFor({ architecture: findArchitecture("lenet5"), training });

const forecastOnce = () =>
  forecastColumns({ stepModel, devices, candidates, workload, deadlineSeconds: 2, probabilities });
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

/** Every GPU of the catalogue on every kind of link, with 100 to 20,000 examples. */
function madeFleet(): CandidateColumns {
  const links = Object.values(linkProfiles).map(({ link }) => link);
  const columns: CandidateColumns = {
    deviceIndices: new Uint16Array(candidateCount),
    exampleCounts: new Uint32Array(candidateCount),
    downlinkBitsPerSecond: new Float32Array(candidateCount),
    uplinkBitsPerSecond: new Float32Array(candidateCount),
    roundTripSeconds: new Float32Array(candidateCount),
    transferLogSigmas: new Float32Array(candidateCount),
  };
  // Multiplication by an odd constant modulo 2^32 walks through all values: quick, and spread enough.
  for (let index = 0, state = 1; index < candidateCount; index++) {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
    const link = links[(state >>> 8) % links.length];
    if (!link) throw new Error("there are no link profiles");
    columns.deviceIndices[index] = (state >>> 16) % devices.length;
    columns.exampleCounts[index] = 100 + (state % 19_901);
    columns.downlinkBitsPerSecond[index] = link.downlinkBitsPerSecond;
    columns.uplinkBitsPerSecond[index] = link.uplinkBitsPerSecond;
    columns.roundTripSeconds[index] = link.roundTripSeconds;
    columns.transferLogSigmas[index] = link.transferLogSigma ?? 0;
  }
  return columns;
}

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
