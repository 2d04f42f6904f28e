// What holds for every policy in the simulation, whatever it selects: in a fleet of 60 clients that come and go, some of them in space,
// with everything that may befall them.

import { deserialize, serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { deviceSecondsSpent } from "../../../experiments/replay/replay-policy.ts";
import type { RoundRecord, Spending } from "../../../experiments/simulation/types.ts";
import { type BuiltWorld, buildWorld } from "../../../experiments/simulation/world/build-world.ts";
import { policySummaries } from "../../../selection/policies/find-policy.ts";
import { policyNamed, roundsOf, simulationOf } from "./simulation-support.ts";
import { worldOf } from "./support.ts";

const ROUNDS = 16;
const units = ["deviceSeconds", "flop", "joules", "bytes"] as const satisfies readonly (keyof Spending)[];

const description = worldOf({
  fleet: { size: 60, population: "mixed", examples: { least: 20, most: 20_000 }, sites: 5 },
  training: { epochs: 2 },
  slo: { deadlineQuantile: 0.6 },
  pauseSeconds: 100,
  presence: { onlineShare: 0.7, meanOnlineSeconds: 600, meanLifetimeSeconds: 20_000 },
  disturbances: {
    contention: { probability: 0.2 },
    throttling: { afterSeconds: 2, speed: 0.5 },
    lostLinkProbability: 0.02,
    siteOutageProbability: 0.05,
    heavyTailScale: 0.1,
  },
});
const build = () => buildWorld(description, 1, undefined);

const settingsOf: readonly (readonly [label: string, name: string, settings: object | undefined])[] = [
  ...policySummaries.map(({ name }) => [name, name, undefined] as const),
  ["quorum that learns", "quorum", { onlineCalibration: true, adaptiveDeadline: true, correlation: 0.2 }],
];

/** Runs the rounds and tells of each who was selected and whose update counted. */
function observed(world: BuiltWorld, policy: ReturnType<typeof policyNamed>) {
  const simulation = simulationOf(world, policy);
  return Array.from({ length: ROUNDS }, () => {
    const before = simulation.participation.selections.slice();
    const completedBefore = simulation.participation.completions.slice();
    const record = simulation.next();
    const changed = (now: Uint32Array, then: Uint32Array) =>
      [...now].flatMap((count, client) => (count > (then[client] as number) ? [client] : []));
    return {
      record,
      selected: changed(simulation.participation.selections, before),
      completed: changed(simulation.participation.completions, completedBefore),
    };
  });
}

describe.each(settingsOf)("rounds of %s", (_, name, settings) => {
  const policy = () => policyNamed(name, { settings });

  it("end for every selected client in one way", async () => {
    const rounds = observed(await build(), policy());
    for (const { record, selected, completed } of rounds) {
      const { selectedCount, completedCount, lateCount, surplusCount, lostCount } = record;
      expect(completedCount + lateCount + surplusCount + lostCount).toBe(selectedCount);
      expect([selected.length, completed.length]).toEqual([selectedCount, completedCount]);
      expect(selectedCount).toBeLessThanOrEqual(record.presentCount);
      expect(record.expectedOnTimeCount).toBeGreaterThanOrEqual(0);
      expect(record.expectedOnTimeCount).toBeLessThanOrEqual(selectedCount);
      expect(record.seconds).toBeGreaterThan(0);
      for (const unit of units) {
        expect(record.useful[unit]).toBeGreaterThanOrEqual(0);
        expect(record.wasted[unit]).toBeGreaterThanOrEqual(0);
        if (completedCount === 0) expect(record.useful[unit]).toBe(0);
        if (completedCount === selectedCount) expect(record.wasted[unit]).toBe(0);
      }
      expect(record.usefulExamples > 0).toBe(completedCount > 0);
    }
    expect(rounds.some(({ record }) => record.selectedCount > 0)).toBe(true);
  });

  it("are the same when the run is stopped, written down and goes on elsewhere", async () => {
    const unbroken = roundsOf(simulationOf(await build(), policy()), ROUNDS);
    const first = simulationOf(await build(), policy());
    const before = roundsOf(first, ROUNDS / 2);
    const saved = serialize(first.read());
    const second = simulationOf(await build(), policy());
    second.write(deserialize(saved));
    expect([...before, ...roundsOf(second, ROUNDS / 2)]).toEqual(unbroken);
    const whole = simulationOf(await build(), policy());
    roundsOf(whole, ROUNDS);
    expect(second.participation).toEqual(whole.participation);
    expect(second.reliability).toEqual(whole.reliability);
  });
});

describe.each(["fedlim", "probselect", "all"])("what %s spends", (name) => {
  it("is in all what its clients spent until the round's end, and of use what those spent who were through", async () => {
    // Nobody leaves here, so that the replay's rule for a client that is cut off is the whole story.
    const still = {
      ...description,
      presence: worldOf().presence,
      fleet: { ...description.fleet, population: "desktop" },
    };
    const world = await buildWorld(still, 1, undefined);
    for (const { record, selected, completed } of observed(world, policyNamed(name))) {
      const spent = (clients: readonly number[]) =>
        clients
          .map((client) => {
            const exampleCount = world.fleet.columns.exampleCounts[client] as number;
            const duration = world.truth.durationOf(client, record.round, { exampleCount, epochs: 2 });
            return deviceSecondsSpent(duration, record.seconds);
          })
          .reduce((sum, seconds) => sum + seconds, 0);
      expect(record.useful.deviceSeconds + record.wasted.deviceSeconds).toBeCloseTo(spent(selected), 9);
      expect(record.useful.deviceSeconds).toBeCloseTo(spent(completed), 9);
    }
  });
});

describe("the oracle", () => {
  it("never wastes anything, whatever befalls the clients", async () => {
    const records: readonly RoundRecord[] = roundsOf(simulationOf(await build(), policyNamed("oracle")), 40);
    for (const { wasted, completedCount, selectedCount } of records) {
      expect(completedCount).toBe(selectedCount);
      expect(wasted).toEqual({ deviceSeconds: 0, flop: 0, joules: 0, bytes: 0 });
    }
    expect(records.filter(({ selectedCount }) => selectedCount > 0).length).toBeGreaterThan(30);
  });

  it("has at least as many updates as any policy that asks for the whole work by the same deadline", async () => {
    // Nobody leaves and contact does not depend on how long earlier rounds were, so that all see the same rounds.
    const still = {
      ...description,
      presence: worldOf().presence,
      fleet: { ...description.fleet, population: "desktop" },
    };
    const counts = async (name: string) => {
      const world = await buildWorld(still, 1, undefined);
      return roundsOf(simulationOf(world, policyNamed(name, { cohortSize: undefined })), 10).map(
        (record) => record.completedCount,
      );
    };
    const most = await counts("oracle");
    for (const name of ["all", "probselect", "fedlim", "fixed-utilisation"]) {
      for (const [round, count] of (await counts(name)).entries())
        expect(count).toBeLessThanOrEqual(most[round] as number);
    }
  });
});
