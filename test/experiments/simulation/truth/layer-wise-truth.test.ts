import fc from "fast-check";
import { median, quantile, standardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { emulateRound } from "../../../../client/emulation/emulate-round.ts";
import { logSigmaOf } from "../../../../client/emulation/emulated-spread.ts";
import { emulatedStepSeconds } from "../../../../client/emulation/step-time.ts";
import { measuredLines } from "../../../../experiments/measured/measured-lines.ts";
import { disturbedTruth } from "../../../../experiments/simulation/truth/disturbed-truth.ts";
import { layerWiseTruth } from "../../../../experiments/simulation/truth/layer-wise-truth.ts";
import { clientIdOf, type Fleet } from "../../../../experiments/simulation/types.ts";
import { lenet5 } from "../../../../models/zoo.ts";
import type { CatalogueDevice } from "../../../../selection/types.ts";
import { workloadFor } from "../../../../workloads/workload-for.ts";
import { anySources, errorWith, fleetDevice, fleetOf, uniformFleet, worldOf } from "../support.ts";

const training = { epochs: 2, batchSize: 32, learningRate: 0.1, momentum: 0 };
const workload = workloadFor({ architecture: lenet5, training });
const truthOf = (fleet: Fleet, seed = 1, lines = anySources.lines) => layerWiseTruth({ fleet, workload, seed, lines });

function deviceOf(fleet: Fleet, client = 0): CatalogueDevice {
  const device = fleet.devices[fleet.columns.deviceIndices[client] as number]?.device;
  if (device?.kind !== "known") throw new Error("the device of this test is not in the catalogue");
  return device.device;
}

describe("the layer-wise truth", () => {
  const fleet = fleetOf({ size: 200, population: "mixed" });
  const truth = truthOf(fleet);

  it("is the same for the same seed, client, round and work, in whatever order it is asked", () => {
    const work = { exampleCount: 320, epochs: 1 };
    const rounds = fc.array(fc.tuple(fc.nat(199), fc.integer({ min: 1, max: 50 })), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(rounds, (asked) => {
        const durations = asked.map(([client, round]) => truth.durationOf(client, round, work));
        const again = truthOf(fleet);
        const backwards = asked.toReversed().map(([client, round]) => again.durationOf(client, round, work));
        expect(backwards.toReversed()).toEqual(durations);
      }),
      { numRuns: 20 },
    );
    expect(truthOf(fleet, 2).durationOf(0, 1, work)).not.toEqual(truth.durationOf(0, 1, work));
    expect(truth.durationOf(0, 2, work)).not.toEqual(truth.durationOf(0, 1, work));
  });

  it("takes the emulator's nominal steps times the client's own luck, whatever the work", () => {
    for (const client of [0, 1, 2, 3]) {
      const device = deviceOf(fleet, client);
      const luck = ([exampleCount, epochs]: readonly [number, number]) => {
        const steps = epochs * Math.ceil(exampleCount / 32);
        const nominal = steps * emulatedStepSeconds(device, workload.model, Math.min(32, exampleCount));
        return truth.durationOf(client, 3, { exampleCount, epochs }).computeSeconds / nominal;
      };
      const whole = luck([320, 1]);
      expect(luck([321, 4])).toBeCloseTo(whole, 10);
      // Of 7 examples the one batch has 7.
      expect(luck([7, 1])).toBeCloseTo(whole, 10);
    }
  });

  it("takes no time to train on nothing", () => {
    expect(truth.durationOf(0, 1, { exampleCount: 0, epochs: 3 }).computeSeconds).toBe(0);
  });

  it("needs a device of which something is known", () => {
    const unknown = uniformFleet(1, { devices: [fleetDevice("Frobnicator 9000")] });
    expect(() => truthOf(unknown)).toThrow(errorWith("experiments.invalid-scenario", "Frobnicator 9000"));
  });

  it("says what it rests on, and only of links that the fleet has", () => {
    expect(truth).toMatchObject({ level: "L1" });
    expect(truth.sources.join(" ")).toMatch(/layer-wise.*Radio links.*Wired links/);
    expect(truthOf(fleetOf({ size: 9, population: "datacentre" })).sources.join(" ")).not.toMatch(/Radio/);
  });
});

describe("the layer-wise truth beside the emulator", () => {
  const size = 20_000;
  const fleet = uniformFleet(size, {
    devices: [fleetDevice("Jetson Orin Nano 8 GB")],
    linkNames: ["wifi"],
  });
  // 150,000 examples take a board about a minute, so that half of them throttle.
  const exampleCount = 150_000;
  const { disturbances } = worldOf({
    disturbances: { contention: { probability: 0.1 }, throttling: { afterSeconds: 60, speed: 0.7 } },
  });
  const truth = disturbedTruth(truthOf(fleet), { disturbances, fleet, seed: 1 });
  const ours = Array.from({ length: size }, (_, client) => truth.durationOf(client, 1, { exampleCount, epochs: 2 }));
  const theirs = Array.from({ length: size }, (_, client) =>
    emulateRound({
      device: deviceOf(fleet),
      link: { downlinkBitsPerSecond: 8e6, uplinkBitsPerSecond: 8e6, roundTripSeconds: 0 },
      ...{ model: workload.model, training, exampleCount, modelBytes: workload.downloadBytes },
      ...{ clientId: clientIdOf(client), round: 1, seed: 1 },
    }),
  );

  it.each([0.1, 0.25, 0.5, 0.75, 0.9])("has the same %d quantile of compute times", (probability) => {
    const [a, b] = [ours, theirs].map((rounds) =>
      quantile(
        rounds.map(({ computeSeconds }) => computeSeconds),
        probability,
      ),
    ) as [number, number];
    // The standard error of the outer quantiles of 20,000 is about 1 %.
    expect(Math.abs(a / b - 1)).toBeLessThan(0.05);
  });

  it.each([
    ["downloadSeconds", 0.37],
    ["uploadSeconds", 0.4],
  ] as const)("has the same spread of %s, around the rate that the client states", (part, variation) => {
    const logs = (rounds: readonly { [Part in typeof part]: number }[]) => rounds.map((round) => Math.log(round[part]));
    const sigma = logSigmaOf(variation);
    expect(Math.abs(standardDeviation(logs(ours)) - sigma)).toBeLessThan(0.02);
    expect(Math.abs(standardDeviation(logs(theirs)) - sigma)).toBeLessThan(0.02);
    // The stated rate is the median; the emulator's link has it as its mean, which is exp(sigma^2 / 2) times as much.
    const nominal = Math.log((8 * workload.downloadBytes) / 8e6);
    expect(Math.abs(median(logs(ours)) - nominal)).toBeLessThan(0.03);
    expect(Math.abs(median(logs(theirs)) - nominal - sigma ** 2 / 2)).toBeLessThan(0.03);
  });
});

describe("transfers of the layer-wise truth", () => {
  const work = { exampleCount: 100, epochs: 1 };

  it("hardly vary on a wired line, whatever its rate", () => {
    const fleet = uniformFleet(1, { linkNames: ["home-broadband"] });
    const truth = truthOf(fleet);
    const logs = Array.from({ length: 500 }, (_, round) => Math.log(truth.durationOf(0, round, work).uploadSeconds));
    expect(Math.abs(standardDeviation(logs) - 0.05)).toBeLessThan(0.01);
  });

  it("take two round trips besides", () => {
    const columns = { ...uniformFleet(1).columns, roundTripSeconds: Float32Array.of(4) };
    const [with4, without] = [truthOf(uniformFleet(1, { columns })), truthOf(uniformFleet(1))];
    const { downloadSeconds, uploadSeconds } = without.durationOf(0, 1, work);
    expect(with4.durationOf(0, 1, work)).toMatchObject({
      downloadSeconds: downloadSeconds + 4,
      uploadSeconds: uploadSeconds + 4,
    });
  });

  it("go by the measured line that a client has", () => {
    const wifi = measuredLines("measured-wifi");
    const lines = new Map([["measured-wifi", wifi]]);
    const fleet = uniformFleet(1, { linkNames: ["measured-wifi"], lines: Int16Array.of(3) });
    const truth = truthOf(fleet, 1, lines);
    const line = wifi[3];
    const seconds = Array.from({ length: 999 }, (_, round) => truth.durationOf(0, round, work).downloadSeconds);
    const nominal = (8 * workload.downloadBytes) / (line?.downlinkBitsPerSecond ?? Number.NaN);
    expect(Math.abs(median(seconds) / nominal - 1)).toBeLessThan(0.05);
    expect(truth.sources.join(" ")).toMatch(/Measured Wi-Fi lines/);
  });
});
