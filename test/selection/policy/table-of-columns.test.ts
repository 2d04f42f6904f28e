// The table of columns says of each candidate what the table of objects says of it.

import { describe, expect, it } from "vitest";
import { findLatencyModel, findStepModel } from "../../../selection/latency/find-latency-model.ts";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import { reforecastWith } from "../../../selection/policy/reforecast.ts";
import { tableOfCandidates } from "../../../selection/policy/table-of-candidates.ts";
import { tableOfColumns } from "../../../selection/policy/table-of-columns.ts";
import type { Candidate } from "../../../selection/types.ts";
import { a100, known, lenetWorkload, unknown } from "../support.ts";

const model = findLatencyModel("roofline");
const workload = { ...lenetWorkload, epochs: 2 };
const slo = { deadlineSeconds: 3, minimumProbability: 0.8 };
const small = known({ ...a100, name: "small", memoryBytes: 1e5 });
const board = known({ ...a100, name: "board", peakFlopPerSecond: { fp32: 2e11 }, memoryBandwidthBytesPerSecond: 3e10 });
const devices = [known(), board, small, unknown];
// Numbers that a 32-bit float has exactly, as columns hold rates in them.
const links = [1e8, 2 ** 20, 3e5].map((rate) => {
  return { downlinkBitsPerSecond: rate, uplinkBitsPerSecond: rate, roundTripSeconds: 0.03125, transferLogSigma: 0.5 };
});
const at = <Item>(items: readonly Item[], index: number) => items[index % items.length] as Item;
const candidates: readonly Candidate[] = Array.from({ length: 24 }, (_, index) => ({
  clientId: `client-${index}`,
  device: at(devices, index),
  link: at(links, Math.floor(index / 4)),
  exampleCount: 100 + 3000 * (index % 7),
  contactSeconds: index % 5 === 0 ? 0.5 : 0,
}));
const column = (value: (candidate: Candidate) => number) => candidates.map(value);

const columns = tableOfColumns({
  stepModel: findStepModel("roofline"),
  devices: devices.map((device) => ({ device })),
  candidates: {
    deviceIndices: Uint16Array.from(candidates, (_, index) => index % devices.length),
    exampleCounts: Uint32Array.from(column(({ exampleCount }) => exampleCount)),
    downlinkBitsPerSecond: Float32Array.from(column(({ link }) => link.downlinkBitsPerSecond)),
    uplinkBitsPerSecond: Float32Array.from(column(({ link }) => link.uplinkBitsPerSecond)),
    roundTripSeconds: Float32Array.from(column(({ link }) => link.roundTripSeconds)),
    transferLogSigmas: Float32Array.from(column(({ link }) => link.transferLogSigma ?? 0)),
  },
  contactSeconds: Float64Array.from(column(({ contactSeconds = 0 }) => contactSeconds)),
  workload,
  slo,
});
const objects = tableOfCandidates(
  candidates.map((candidate) => ({ candidate, forecast: model.forecast(candidate, workload, slo) })),
  {
    slo,
    training: { epochs: 2, batchSize: workload.batchSize },
    reforecast: reforecastWith(model, workload, slo),
    slots: new ClientSlots(),
  },
);

/** Columns integrate to 2e-5 where they are too few for a grid. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 3e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const [one, other] = [actual[index] as number, expected[index] as number];
    if (Number.isNaN(other)) expect(one).toBeNaN();
    else expect(Math.abs(one - other), `entry ${index}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(other)));
  }
}

describe("a table of columns", () => {
  it("has the probabilities, impossibilities, times and contacts of the objects", () => {
    expectClose(columns.probabilities, objects.probabilities);
    expect([...columns.impossibilities]).toEqual([...objects.impossibilities]);
    expect(new Set(columns.impossibilities).size).toBe(3);
    expect([...(columns.contactSeconds ?? [])]).toEqual([...(objects.contactSeconds ?? [])]);
    const [actual, expected] = [columns.times(), objects.times()];
    expectClose(actual.downloadSeconds, expected.downloadSeconds, 1e-9);
    expectClose(actual.computeSeconds, expected.computeSeconds, 1e-9);
    expectClose(actual.uploadSeconds, expected.uploadSeconds, 1e-9);
    expectClose(actual.trainingFlop, expected.trainingFlop, 1e-9);
    expectClose(actual.peakFlopPerSecond, expected.peakFlopPerSecond, 1e-9);
  });

  it("forecasts another deadline and less work as the objects do", () => {
    expectClose(columns.probabilitiesBy(1.5), objects.probabilitiesBy(1.5));
    expectClose(columns.leastWorkProbabilities(1.5), objects.leastWorkProbabilities(1.5));
    const request = { deadlineSeconds: 1.5, minimumProbability: 0.9 };
    for (const reduces of ["examples", "epochs"] as const) {
      const works = (table: typeof columns) =>
        candidates.map((_, index) => table.adaptedWork(index, { ...request, reduces }).work);
      expect(works(columns)).toEqual(works(objects));
      expect(new Set(works(columns).map((work) => JSON.stringify(work))).size).toBeGreaterThan(5);
    }
  });

  it.each(["probselect", "fixed-utilisation", "fedcs", "all"])("is decided on alike by %s", (name) => {
    const reasonsOf = (table: typeof columns) => {
      const policy = createPolicy(name);
      if (policy.needs !== "static-specs") throw new Error(`${name} needs static specs`);
      return [...policy.select({ round: 1, seed: 1, slo, candidates: table }).reasons];
    };
    expect(reasonsOf(columns)).toEqual(reasonsOf(objects));
  });
});
