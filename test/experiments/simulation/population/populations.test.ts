import { describe, expect, it } from "vitest";
import { isMeasuredLink } from "../../../../experiments/measured/measured-lines.ts";
import { linkKindOf } from "../../../../experiments/simulation/population/client-links.ts";
import { devicesOfGroup } from "../../../../experiments/simulation/population/group-devices.ts";
import {
  findPopulation,
  groupsIn,
  populationNames,
} from "../../../../experiments/simulation/population/populations.ts";
import { scenarioSchema } from "../../../../experiments/simulation/scenario.ts";
import { errorWith } from "../support.ts";

const needs = { precision: "fp32", measuredGpus: null } as const;

describe("a population", () => {
  it.each([
    ["mixed", { datacentre: 25, desktop: 25, edge: 25, space: 25 }],
    ["edge-heavy", { datacentre: 5, desktop: 15, edge: 60, space: 20 }],
    ["datacentre-heavy", { datacentre: 60, desktop: 25, edge: 15 }],
    ["space", { space: 1 }],
  ])("named %s has its groups and shares", (name, shares) => {
    expect(Object.fromEntries(findPopulation(name).map((group) => [group.name, group.share]))).toEqual(shares);
  });

  it.each(populationNames)(
    "named %s names devices and links that there are, as a scenario of one's own would",
    (name) => {
      const groups = findPopulation(name);
      const read = scenarioSchema.parse({ fleet: { population: JSON.parse(JSON.stringify(groups)) } });
      expect(groupsIn(read.fleet)).toEqual(groups);
      for (const group of groups) {
        expect(devicesOfGroup(group, needs).length).toBeGreaterThan(2);
        for (const link of group.links) expect(isMeasuredLink(link) || linkKindOf(link)).toBeTruthy();
      }
    },
  );

  it("in space can be reached only in passes; on Earth at any time", () => {
    const contacts = findPopulation("mixed").map(({ name, contact }) => [name, contact !== undefined]);
    expect(contacts).toEqual([
      ["datacentre", false],
      ["desktop", false],
      ["edge", false],
      ["space", true],
    ]);
  });

  it("of boards and phones has no desktop computer in it", () => {
    const names = findPopulation("edge").flatMap((group) => devicesOfGroup(group, needs).map((row) => row.name));
    expect(names.filter((name) => !/Jetson|Adreno/.test(name))).toEqual([]);
    expect(names).toContain("Jetson Orin Nano 8 GB");
  });

  it("of an unknown name is refused with the known names", () => {
    expect(() => findPopulation("martian")).toThrow(
      errorWith("experiments.invalid-scenario", '"martian". Known: datacentre,'),
    );
    expect(() => findPopulation("toString")).toThrow(errorWith("experiments.invalid-scenario", "toString"));
  });
});
