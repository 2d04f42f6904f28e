import { describe, expect, it } from "vitest";
import { roundTables } from "../../../experiments/simulation/round-tables.ts";
import { buildWorld } from "../../../experiments/simulation/world/build-world.ts";
import { tableOfColumns } from "../../../selection/policy/table-of-columns.ts";
import { worldOf } from "./support.ts";

const SIZE = 120;
const description = worldOf({
  fleet: { size: SIZE, population: "mixed", examples: { least: 100, most: 50_000 }, sites: 3 },
  // So long that some of those who wait can still be in time.
  slo: { deadlineSeconds: 1500 },
  training: { epochs: 200 },
});

describe.each([0, 777, 5000])("a round's table with waits for contact, %d s after the start", (nowSeconds) => {
  it("is the one that is computed from the waits of everybody who is there", async () => {
    const world = await buildWorld(description, 1, undefined);
    const { fleet, stepModel, workload, slo } = world;
    const present = Uint32Array.from({ length: SIZE }, (_, client) => client).filter((client) => client % 3 !== 1);
    const table = roundTables({ ...world, linkSpread: true }).at(present, nowSeconds);
    const column = (values: ArrayLike<number>) => Array.from(present, (client) => values[client] as number);
    const { columns } = fleet;
    const direct = tableOfColumns({
      ...{ stepModel, devices: fleet.devices, workload, slo, slots: present, fleetSize: SIZE },
      candidates: {
        deviceIndices: Uint16Array.from(column(columns.deviceIndices)),
        exampleCounts: Uint32Array.from(column(columns.exampleCounts)),
        downlinkBitsPerSecond: Float32Array.from(column(columns.downlinkBitsPerSecond)),
        uplinkBitsPerSecond: Float32Array.from(column(columns.uplinkBitsPerSecond)),
        roundTripSeconds: Float32Array.from(column(columns.roundTripSeconds)),
        transferLogSigmas: Float32Array.from(column(columns.transferLogSigmas)),
      },
      keys: Uint32Array.from(column(fleet.keys)),
      interpolatesOtherDeadlines: true,
      contactSeconds: Float64Array.from(
        present,
        (client) => fleet.contact?.secondsUntilContact(client, nowSeconds) ?? 0,
      ),
    });
    for (const name of [
      "size",
      "fleetSize",
      "slots",
      "keys",
      "exampleCounts",
      "probabilities",
      "impossibilities",
      "contactSeconds",
    ] as const) {
      expect(table[name], name).toEqual(direct[name]);
    }
    expect(table.times()).toEqual(direct.times());
    for (const seconds of [500, 4000]) {
      expect(table.probabilitiesBy(seconds)).toEqual(direct.probabilitiesBy(seconds));
      expect(table.leastWorkProbabilities(seconds)).toEqual(direct.leastWorkProbabilities(seconds));
    }
    // What the tables remember of the fleet must not have been written over.
    expect(table.probabilitiesBy(500)).toEqual(direct.probabilitiesBy(500));
    const request = { deadlineSeconds: 1500, minimumProbability: 0.8, reduces: "examples" } as const;
    for (let index = 0; index < present.length; index++) {
      expect(table.adaptedWork(index, request)).toEqual(direct.adaptedWork(index, request));
      expect(table.candidateAt(index).candidate).toMatchObject({
        clientId: `client-${present[index]}`,
        exampleCount: direct.exampleCounts[index],
      });
      expect(table.candidateAt(index).forecast.deadlineProbability).toBeCloseTo(
        direct.probabilities[index] as number,
        4,
      );
    }
    const waits = [...(table.contactSeconds ?? [])].map((wait) =>
      wait === 0 ? "none" : wait < 1500 ? "short" : "long",
    );
    expect(new Set(waits)).toEqual(new Set(["none", "short", "long"]));
  });
});
