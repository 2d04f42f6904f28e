import { describe, expect, it } from "vitest";
import { roundTables } from "../../../experiments/simulation/round-tables.ts";
import { type BuiltWorld, buildWorld } from "../../../experiments/simulation/world/build-world.ts";
import { worldOf } from "./support.ts";

const build = (population: string) =>
  buildWorld(
    worldOf({ fleet: { size: 80, population, examples: { least: 100, most: 5000 }, sites: 4 } }),
    1,
    undefined,
  );
const tablesOf = (world: BuiltWorld, linkSpread = true) => roundTables({ ...world, linkSpread });
const everybody = Uint32Array.from({ length: 80 }, (_, client) => client);
const some = Uint32Array.of(3, 10, 11, 42, 79);

describe.each(["desktop", "mixed"])("the candidates of a round in the population %s", (population) => {
  it("are those who are there, with the same columns as when all are", async () => {
    const tables = tablesOf(await build(population));
    const [whole, part] = [tables.at(everybody, 500), tables.at(some, 500)];
    expect([part.size, part.fleetSize, [...part.slots]]).toEqual([5, 80, [...some]]);
    for (const column of ["probabilities", "exampleCounts", "keys", "impossibilities"] as const) {
      expect([...part[column]]).toEqual([...some].map((client) => whole[column][client]));
    }
    expect([...(part.groupsBy("site") ?? [])]).toEqual([...some].map((client) => whole.groupsBy("site")?.[client]));
    expect(part.groupsBy("shelf")).toBeNull();
    const times = whole.times().computeSeconds;
    expect([...part.times().computeSeconds]).toEqual([...some].map((client) => times[client]));
  });

  it("have the probabilities that one alone is computed with", async () => {
    const world = await build(population);
    const tables = tablesOf(world);
    const { deadlineSeconds } = world.slo;
    const table = tables.at(some, 500);
    for (const [index, client] of some.entries()) {
      const work = { exampleCount: world.fleet.columns.exampleCounts[client] as number, epochs: 1 };
      const contactSeconds = table.contactSeconds?.[index] ?? 0;
      const alone = tables.probabilityOf(client, work, deadlineSeconds, contactSeconds);
      expect(alone).toBeCloseTo(table.probabilities[index] as number, 4);
      const later = tables.probabilityOf(client, work, 2 * deadlineSeconds, contactSeconds);
      // By other deadlines than the objective's they are interpolated: 3e-3, as for fleets of millions.
      expect(Math.abs(later - (table.probabilitiesBy(2 * deadlineSeconds)[index] as number))).toBeLessThan(3e-3);
      expect(later).toBeGreaterThanOrEqual(alone);
      const less = tables.probabilityOf(client, { exampleCount: 32, epochs: 1 }, deadlineSeconds, contactSeconds);
      expect(less).toBeCloseTo(table.leastWorkProbabilities(deadlineSeconds)[index] as number, 4);
    }
  });
});

describe("the candidates of a fleet with contact windows", () => {
  it("wait as the plan says at that moment, and are as probable as that leaves them", async () => {
    const world = await build("space");
    const tables = tablesOf(world);
    for (const nowSeconds of [0, 3000]) {
      const table = tables.at(everybody, nowSeconds);
      const waits = Array.from(everybody, (client) => world.fleet.contact?.secondsUntilContact(client, nowSeconds));
      expect([...(table.contactSeconds ?? [])]).toEqual(waits);
      for (const [client, wait] of waits.entries()) {
        if ((wait as number) > world.slo.deadlineSeconds) expect(table.probabilities[client]).toBe(0);
      }
      expect(Math.max(...table.probabilities)).toBeGreaterThan(0);
    }
    expect([...tables.at(everybody, 0).probabilities]).not.toEqual([...tables.at(everybody, 3000).probabilities]);
  });
});

describe("a forecaster that takes links as they are stated", () => {
  it("says other probabilities than one that knows their spread", async () => {
    const world = await build("desktop");
    const [spread, stated] = [true, false].map((linkSpread) => tablesOf(world, linkSpread).at(everybody, 0));
    expect([...(stated?.probabilities ?? [])]).not.toEqual([...(spread?.probabilities ?? [])]);
    expect(stated?.candidateAt(0).candidate.link.transferLogSigma).toBe(0);
  });
});
