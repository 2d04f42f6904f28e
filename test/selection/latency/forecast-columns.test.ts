import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findStepModel } from "../../../selection/latency/find-latency-model.ts";
import {
  type CandidateColumns,
  type FleetDevice,
  forecastColumns,
} from "../../../selection/latency/forecast-columns.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import type { Candidate } from "../../../selection/types.ts";
import {
  a100,
  candidate,
  candidates,
  factors,
  fastLink,
  known,
  lenetWorkload,
  objectives,
  unknown,
} from "../support.ts";

const stepModel = findStepModel("roofline");

/** Each candidate with a device of its own, its link rounded to what a column holds. */
function columnsOf(fleet: readonly Candidate[]): { devices: FleetDevice[]; columns: CandidateColumns } {
  return {
    devices: fleet.map(({ device, backend }) => ({ device, backend })),
    columns: {
      deviceIndices: Uint16Array.from(fleet, (_, index) => index),
      exampleCounts: Uint32Array.from(fleet, ({ exampleCount }) => exampleCount),
      downlinkBitsPerSecond: Float32Array.from(fleet, ({ link }) => link.downlinkBitsPerSecond),
      uplinkBitsPerSecond: Float32Array.from(fleet, ({ link }) => link.uplinkBitsPerSecond),
      roundTripSeconds: Float32Array.from(fleet, ({ link }) => link.roundTripSeconds),
      transferLogSigmas: Float32Array.from(fleet, ({ link }) => link.transferLogSigma ?? 0),
    },
  };
}

const rounded = (each: Candidate): Candidate => ({
  ...each,
  link: {
    downlinkBitsPerSecond: Math.fround(each.link.downlinkBitsPerSecond),
    uplinkBitsPerSecond: Math.fround(each.link.uplinkBitsPerSecond),
    roundTripSeconds: Math.fround(each.link.roundTripSeconds),
    transferLogSigma: Math.fround(each.link.transferLogSigma ?? 0),
  },
});

function probabilitiesOf(fleet: readonly Candidate[], deadlineSeconds: number): Float32Array {
  const { devices, columns } = columnsOf(fleet);
  const probabilities = new Float32Array(fleet.length);
  forecastColumns({ stepModel, devices, candidates: columns, workload: lenetWorkload, deadlineSeconds, probabilities });
  return probabilities;
}

describe("the columns' forecast", () => {
  it("is the model's, candidate by candidate, known or unknown, whatever link and deadline", () => {
    fc.assert(
      fc.property(fc.array(candidates, { minLength: 1, maxLength: 8 }), objectives, (drawn, slo) => {
        const fleet = drawn.map(rounded);
        const probabilities = probabilitiesOf(fleet, slo.deadlineSeconds);
        for (const [index, each] of fleet.entries()) {
          const expected = rooflineModel.forecast(each, lenetWorkload, slo).deadlineProbability;
          expect(Math.abs((probabilities[index] ?? Number.NaN) - expected)).toBeLessThan(2e-5);
        }
      }),
    );
  });

  it("is the model's to 3e-3 in a fleet of many, where links are interpolated", () => {
    const kinds = [0, 1e-7, 0.1, 0.74, 1.38, 3].flatMap((transferLogSigma) =>
      [known(), known({ ...a100, vendor: "amd", peakFlopPerSecond: { fp32: 5e12 } }), unknown].map((device) =>
        rounded(candidate({ device, link: { ...fastLink, transferLogSigma }, exampleCount: 3000 })),
      ),
    );
    const fleet = Array.from({ length: 60_000 }, (_, index) => {
      const kind = kinds[index % kinds.length] ?? candidate();
      return { ...kind, exampleCount: 100 + (index % 7919) };
    });
    const devices = kinds.map(({ device }) => ({ device }));
    const { columns } = columnsOf(fleet);
    const deviceIndices = Uint16Array.from(fleet, (_, index) => index % kinds.length);
    const probabilities = new Float32Array(fleet.length);
    const slo = { deadlineSeconds: 1.5, minimumProbability: 0.8 };
    const { deadlineSeconds } = slo;
    const candidates = { ...columns, deviceIndices };
    forecastColumns({ stepModel, devices, candidates, workload: lenetWorkload, deadlineSeconds, probabilities });
    for (let index = 0; index < fleet.length; index += 101) {
      const expected = rooflineModel.forecast(fleet[index] ?? candidate(), lenetWorkload, slo).deadlineProbability;
      expect(Math.abs((probabilities[index] ?? Number.NaN) - expected)).toBeLessThan(3e-3);
    }
  });

  it("never falls with a longer deadline or with fewer examples", () => {
    fc.assert(
      fc.property(candidates, objectives, factors, (drawn, { deadlineSeconds }, factor) => {
        const fewer = { ...drawn, exampleCount: Math.floor(drawn.exampleCount / factor) };
        const [p = 0, withFewer = 0] = probabilitiesOf([drawn, fewer], deadlineSeconds);
        const [withLonger = 0] = probabilitiesOf([drawn], deadlineSeconds * factor);
        // Where the link is not integrated, a probability is known to 2e-5.
        expect(withFewer).toBeGreaterThanOrEqual(p - 2e-5);
        expect(withLonger).toBeGreaterThanOrEqual(p - 2e-5);
      }),
    );
  });

  it("is 0 where the transfers alone pass the deadline, and 1 where there is nothing to train", () => {
    const idle = candidate({ exampleCount: 0 });
    // The transfers take 0.08 s on this link.
    expect([...probabilitiesOf([candidate(), idle], 0.079)]).toEqual([0, 0]);
    expect(probabilitiesOf([idle], 1)[0]).toBe(1);
  });

  it("takes an unknown device for one of the catalogue", () => {
    const [p = 0] = probabilitiesOf([candidate({ device: unknown })], 3);
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(1);
  });

  it("refuses what it cannot compute with, by name", () => {
    const { devices, columns } = columnsOf([candidate(), candidate()]);
    const forecast = (changes: Partial<CandidateColumns>, deadlineSeconds = 1, length = 2) =>
      forecastColumns({
        stepModel,
        devices,
        candidates: { ...columns, ...changes },
        workload: lenetWorkload,
        deadlineSeconds,
        probabilities: new Float32Array(length),
      });
    expect(() => forecast({ uplinkBitsPerSecond: Float32Array.of(1e6, Number.NaN) })).toThrow(
      /candidate 1:.*uplink NaN/,
    );
    expect(() => forecast({ downlinkBitsPerSecond: Float32Array.of(0, 1e6) })).toThrow(/candidate 0:.*downlink 0/);
    expect(() => forecast({ roundTripSeconds: Float32Array.of(0, -1) })).toThrow(/candidate 1:.*round trip -1 s/);
    expect(() => forecast({ transferLogSigmas: Float32Array.of(9, 0) })).toThrow(/candidate 0:.*spread 9/);
    expect(() => forecast({ deviceIndices: Uint16Array.of(0, 7) })).toThrow(/candidate 1: device 7 of 2/);
    expect(() => forecast({ exampleCounts: Uint32Array.of(1) })).toThrow(/different lengths \(2, 1, 2, 2, 2, 2, 2\)/);
    for (const wrong of [Number.NaN, 0, -1, Number.POSITIVE_INFINITY]) {
      expect(() => forecast({}, wrong)).toThrow(/the deadline must be a positive, finite number/);
    }
    const slow = known({ ...a100, memoryBandwidthBytesPerSecond: 0 });
    expect(() => probabilitiesOf([candidate({ device: slow })], 1)).toThrow(/memory bandwidth of .* but is 0/);
    const stopped = known({ ...a100, boostClockHertz: Number.NaN });
    expect(() => probabilitiesOf([candidate({ device: stopped })], 1)).toThrow(/the clock of .* but is NaN/);
    const wrongWork = { ...lenetWorkload, batchSize: 0 };
    const probabilities = new Float32Array(2);
    expect(() =>
      forecastColumns({
        stepModel,
        devices,
        candidates: columns,
        workload: wrongWork,
        deadlineSeconds: 1,
        probabilities,
      }),
    ).toThrow(/the batch size must be .* but is 0/);
  });
});
