// A made fleet of any size, as columns: the benchmarks' candidates.

import { linkProfiles } from "../../network/link-profiles.ts";
import { gpuCatalogue } from "../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import type { CandidateColumns, FleetDevice } from "../../selection/latency/forecast-columns.ts";

/** Every GPU of the catalogue. */
export const fleetDevices: readonly FleetDevice[] = gpuCatalogue.map(({ name }) => ({
  device: resolveDevice({ kind: "gpu", name }),
}));

/** Every GPU of the catalogue on every kind of link, with 100 to 20,000 examples. */
export function madeFleet(candidateCount: number): CandidateColumns {
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
    columns.deviceIndices[index] = (state >>> 16) % fleetDevices.length;
    columns.exampleCounts[index] = 100 + (state % 19_901);
    columns.downlinkBitsPerSecond[index] = link.downlinkBitsPerSecond;
    columns.uplinkBitsPerSecond[index] = link.uplinkBitsPerSecond;
    columns.roundTripSeconds[index] = link.roundTripSeconds;
    columns.transferLogSigmas[index] = link.transferLogSigma ?? 0;
  }
  return columns;
}
