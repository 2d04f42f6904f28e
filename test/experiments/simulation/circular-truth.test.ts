// Truth level L0, which only tests use: clients take as long as the forecaster believes, so that what it says must be kept.

import { describe, expect, it } from "vitest";
import { luckOf } from "../../../experiments/simulation/truth/luck.ts";
import type { FleetTruth } from "../../../experiments/simulation/types.ts";
import { type BuiltWorld, buildWorld } from "../../../experiments/simulation/world/build-world.ts";
import { nominalTransferSeconds } from "../../../network/link.ts";
import { computeLawKinds, computeQuantile } from "../../../selection/probability/compute-law.ts";
import { normalQuantile } from "../../../selection/probability/normal-distribution.ts";
import { stepCount } from "../../../workloads/round-workload.ts";
import { policyNamed, roundsOf, simulationOf } from "./simulation-support.ts";
import { worldOf } from "./support.ts";

/** A round takes 2 rtt + T X + n E R: X of the link's law, R of the step's, as selection/latency/round-model.ts has it. */
function circularTruth({ fleet, stepModel, workload }: BuiltWorld): FleetTruth {
  const luck = luckOf(99);
  const steps = fleet.devices.map(({ device, backend }) => stepModel(device, backend, workload));
  const { columns, keys } = fleet;
  return {
    level: "L0",
    sources: ["the forecaster's own law"],
    durationOf: (client, round, { exampleCount, epochs }) => {
      const key = keys[client] as number;
      const step = steps[columns.deviceIndices[client] as number]?.components[0];
      if (!step) throw new Error("the devices of this test are known");
      const ratio = computeQuantile(step.law, luck.uniform("compute", round, key));
      const link = {
        downlinkBitsPerSecond: columns.downlinkBitsPerSecond[client] as number,
        uplinkBitsPerSecond: columns.uplinkBitsPerSecond[client] as number,
        roundTripSeconds: columns.roundTripSeconds[client] as number,
      };
      const state = Math.exp(
        (columns.transferLogSigmas[client] as number) * normalQuantile(luck.uniform("link", round, key)),
      );
      const downloadSeconds = (8 * workload.downloadBytes * state) / link.downlinkBitsPerSecond;
      return {
        downloadSeconds: link.roundTripSeconds + downloadSeconds,
        computeSeconds: stepCount({ ...workload, epochs }, exampleCount) * step.expectedSeconds * ratio,
        uploadSeconds: link.roundTripSeconds + nominalTransferSeconds(link, workload) * state - downloadSeconds,
      };
    },
  };
}

describe.each(computeLawKinds)("a forecaster that is right, with the law %s", (law) => {
  it.each([
    ["all", 1],
    ["fedlim", 2],
    ["over-provision", 3],
    ["random", 4],
  ])("keeps what it says of the clients of %s, on the whole and at every probability", async (name, seed) => {
    const world = await buildWorld(
      worldOf({
        fleet: { size: 60, population: "datacentre-heavy", examples: { least: 1000, most: 200_000 } },
        slo: { deadlineQuantile: 0.5 },
        forecast: { law },
      }),
      seed,
      undefined,
    );
    const simulation = simulationOf(world, policyNamed(name, { cohortSize: 40 }), { truth: circularTruth(world) });
    roundsOf(simulation, 150);
    const { counts, saidSums, keptCounts } = simulation.reliability;
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(counts)).toBeGreaterThan(5000);
    // A sum of n independent indicators has a variance of at most n / 4; the columns' own error is 2e-5 a client.
    expect(Math.abs(sum(keptCounts) - sum(saidSums))).toBeLessThan(4 * Math.sqrt(sum(counts) / 4) + 1);
    for (const [bin, count] of counts.entries()) {
      const said = saidSums[bin] as number;
      const deviation = Math.sqrt(Math.max(1, said * (1 - said / Math.max(1, count))));
      expect(Math.abs((keptCounts[bin] as number) - said)).toBeLessThan(5 * deviation);
    }
    // Clients of all kinds are among them, not only the hopeless and the certain.
    expect(counts.filter((count) => count > 20).length).toBeGreaterThan(5);
  });
});
