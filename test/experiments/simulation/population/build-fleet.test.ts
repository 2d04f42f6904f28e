import { mean, median, quantile, standardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { exampleCountsOf } from "../../../../experiments/measured/example-counts.ts";
import { measuredLines } from "../../../../experiments/measured/measured-lines.ts";
import type { Fleet } from "../../../../experiments/simulation/types.ts";
import { findLinkProfile } from "../../../../network/link-profiles.ts";
import { anySources, errorWith, fleetOf } from "../support.ts";

const countsBy = (names: readonly string[], column: Uint8Array): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, column.filter((value) => value === index).length]));

const deviceNames = ({ devices, columns }: Fleet) =>
  Array.from(columns.deviceIndices, (index) => devices[index]?.device.reportedName as string);

describe("a fleet", () => {
  it("is the same for the same seed, and another for another", () => {
    const description = { size: 300, population: "mixed", sites: 7, examples: { least: 1, most: 1000 } };
    const plain = ({ contact, ...rest }: Fleet) => ({
      ...rest,
      waits: Array.from({ length: 300 }, (_, client) => contact?.secondsUntilContact(client, 1234)),
    });
    expect(plain(fleetOf(description, 1))).toEqual(plain(fleetOf(description, 1)));
    for (const column of ["deviceIndices", "exampleCounts", "downlinkBitsPerSecond"] as const) {
      expect(fleetOf(description, 2).columns[column]).not.toEqual(fleetOf(description, 1).columns[column]);
    }
    expect(fleetOf(description, 2).groups).not.toEqual(fleetOf(description, 1).groups);
    expect(fleetOf(description, 2).sites).not.toEqual(fleetOf(description, 1).sites);
  });

  it("gives a client the same of everything whoever else is in it", () => {
    const description = { population: "desktop", sites: 7, examples: { least: 1, most: 1000 } };
    const [few, many] = [fleetOf({ ...description, size: 50 }), fleetOf({ ...description, size: 500 })];
    for (const column of ["deviceIndices", "exampleCounts", "downlinkBitsPerSecond", "uplinkBitsPerSecond"] as const) {
      expect(many.columns[column].slice(0, 50)).toEqual(few.columns[column]);
    }
    expect(many.links.slice(0, 50)).toEqual(few.links);
    expect(many.sites?.slice(0, 50)).toEqual(few.sites);
  });

  it("has exactly the shares of its groups, in an order of chance", () => {
    const fleet = fleetOf({ size: 60, population: "edge-heavy" });
    expect(countsBy(fleet.groupNames, fleet.groups)).toEqual({ datacentre: 3, desktop: 9, edge: 36, space: 12 });
    expect([...fleet.groups]).not.toEqual([...fleet.groups].sort());
    // 10 clients of three equal groups: 3.33 each, and the largest remainder's first has the tenth.
    const third = (name: string) => ({ name, share: 0.1, devices: ["L4"], links: ["wifi"] });
    const thirds = fleetOf({ size: 10, population: [third("a"), third("b"), third("c")] });
    expect(countsBy(thirds.groupNames, thirds.groups)).toEqual({ a: 4, b: 3, c: 3 });
  });

  it("draws the devices of a group evenly, or by shares that the seed draws", () => {
    const population = [{ name: "boards", share: 1, devices: ["L4", "A2", "A10G", "A30 PCIe"], links: ["wifi"] }];
    const sharesOf = (deviceMix: string, seed: number) => {
      const { columns, size } = fleetOf({ size: 8000, population, deviceMix }, seed);
      return [0, 1, 2, 3].map((device) => columns.deviceIndices.filter((index) => index === device).length / size);
    };
    // The standard error of a share of a quarter is 0.005.
    for (const share of sharesOf("even", 1)) expect(Math.abs(share - 0.25)).toBeLessThan(0.025);
    const [first, second] = [sharesOf("uneven", 1), sharesOf("uneven", 2)];
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.1);
    expect(first.some((share, index) => Math.abs(share - (second[index] as number)) > 0.05)).toBe(true);
  });

  it("keeps devices to their groups", () => {
    const fleet = fleetOf({ size: 400, population: "mixed" });
    const names = deviceNames(fleet);
    for (const [client, name] of names.entries()) {
      const isBoard = /Jetson|Adreno/.test(name);
      expect(isBoard).toBe((fleet.groups[client] as number) >= 2);
    }
    expect(new Set(fleet.devices.map(({ device }) => device.reportedName)).size).toBe(fleet.devices.length);
  });

  it("refuses two groups of one name, unknown links, and groups beyond what a byte numbers", () => {
    const group = { name: "a", share: 1, devices: ["L4"], links: ["wifi"] };
    expect(() => fleetOf({ population: [group, group] })).toThrow(errorWith("experiments.invalid-scenario", '"a"'));
    expect(() => fleetOf({ population: [{ ...group, links: ["telegraph"] }] })).toThrow(
      errorWith("selection.invalid-argument", '"telegraph"'),
    );
    const many = Array.from({ length: 256 }, (_, index) => ({ ...group, name: `group-${index}` }));
    expect(() => fleetOf({ population: many })).toThrow(errorWith("experiments.invalid-scenario", "256"));
  });
});

describe("the examples of clients", () => {
  const counts = (examples: unknown) =>
    Array.from(fleetOf({ size: 5000, population: "desktop", examples }).columns.exampleCounts);

  it("are a number that all hold", () => {
    expect(new Set(counts(123))).toEqual(new Set([123]));
  });

  it("are log-uniform whole numbers between bounds, both of which occur", () => {
    const logs = counts({ least: 10, most: 1000 }).map(Math.log10);
    expect(Math.min(...logs)).toBe(1);
    expect(Math.max(...logs)).toBeGreaterThan(2.98);
    expect(Math.max(...logs)).toBeLessThanOrEqual(3);
    // The median of 5,000 uniform numbers on [1, 3] has a standard error of 0.014.
    expect(Math.abs(median(logs) - 2)).toBeLessThan(0.06);
    expect(new Set(counts({ least: 1, most: 3 }))).toEqual(new Set([1, 2, 3]));
    expect(new Set(counts({ least: 5, most: 5 }))).toEqual(new Set([5]));
  });

  it("are distributed as those of a measured data set", () => {
    const drawn = counts("google-speech");
    for (const probability of [0.25, 0.5, 0.9]) {
      const expected = exampleCountsOf("google-speech").quantile(probability);
      expect(Math.abs(Math.log(quantile(drawn, probability) / expected))).toBeLessThan(0.25);
    }
  });
});

describe("the links of clients", () => {
  it("are lines of a profile: their rates differ as lines do, and their clients state the spread of one line", () => {
    const population = [{ name: "all", share: 1, devices: ["L4"], links: ["wifi"] }];
    const { columns, links, lines, linkNames } = fleetOf({ size: 5000, population });
    const profile = findLinkProfile("wifi").link;
    const logs = Array.from(columns.downlinkBitsPerSecond, (rate) => Math.log(rate / profile.downlinkBitsPerSecond));
    // Between lines sqrt(0.74^2 - 0.41^2) = 0.616; with 5,000 lines its standard error is 0.006.
    expect(Math.abs(standardDeviation(logs) - 0.616)).toBeLessThan(0.03);
    expect(Math.abs(mean(logs))).toBeLessThan(0.05);
    // Both directions of a line are by the same factor off.
    const ratios = Array.from(
      columns.uplinkBitsPerSecond,
      (rate, client) => rate / (columns.downlinkBitsPerSecond[client] as number),
    );
    for (const ratio of ratios) expect(ratio).toBeCloseTo(15 / 50, 5);
    expect(new Set(columns.transferLogSigmas)).toEqual(new Set([Math.fround(0.41)]));
    expect(new Set(columns.roundTripSeconds)).toEqual(new Set([Math.fround(0.03)]));
    expect([linkNames, new Set(links), new Set(lines)]).toEqual([["wifi"], new Set([0]), new Set([-1])]);
  });

  it("are as stated where they are wired", () => {
    const { columns } = fleetOf({ size: 50, population: "datacentre" });
    expect(new Set(columns.downlinkBitsPerSecond)).toEqual(new Set([1e10]));
    expect(new Set(columns.transferLogSigmas)).toEqual(new Set([Math.fround(0.1)]));
  });

  it("are drawn from those of the group", () => {
    const fleet = fleetOf({ size: 3000, population: "mixed" });
    const counts = countsBy(fleet.linkNames, fleet.links);
    expect(counts).toMatchObject({ datacentre: 750, "leo-satellite": 750 });
    // 750 desktops on two links and 750 boards on three: 375 + 250 on Wi-Fi.
    expect(Math.abs((counts.wifi as number) - 625)).toBeLessThan(100);
    expect(Math.abs((counts.lte as number) - 250)).toBeLessThan(75);
  });

  it("are measured lines, whose medians and left-out spread the clients state", () => {
    const wifi = measuredLines("measured-wifi");
    const sources = { ...anySources, lines: new Map([["measured-wifi", wifi]]) };
    const { columns, lines, linkNames } = fleetOf({ size: 2000, population: "measured-desktop" }, 1, sources);
    expect(linkNames).toEqual(["measured-wifi"]);
    expect(new Set(lines).size).toBe(wifi.length);
    for (const client of [0, 7, 1999]) {
      const line = wifi[lines[client] as number];
      expect(columns.downlinkBitsPerSecond[client]).toBe(Math.fround(line?.downlinkBitsPerSecond ?? 0));
      expect(columns.uplinkBitsPerSecond[client]).toBe(Math.fround(line?.uplinkBitsPerSecond ?? 0));
      expect(columns.transferLogSigmas[client]).toBe(Math.fround(line?.leftOutLogSigma ?? 0));
    }
  });
});

describe("contact and sites", () => {
  it("let the clients in space be reached as long as their passes last, each at its own time", () => {
    const { contact, groups, size } = fleetOf({ size: 4000, population: "mixed" });
    const inSpace = Array.from({ length: size }, (_, client) => client).filter((client) => groups[client] === 3);
    const reachable = inSpace.filter((client) => contact?.secondsUntilContact(client, 1e6) === 0);
    // 600 of 5,740 s are 10.5 %, of 1,000 clients with a standard error of 1 %.
    expect(Math.abs(reachable.length / inSpace.length - 0.1045)).toBeLessThan(0.05);
    const onEarth = Array.from({ length: size }, (_, client) => client).filter((client) => groups[client] !== 3);
    expect(onEarth.every((client) => contact?.secondsUntilContact(client, 1e6) === 0)).toBe(true);
    expect(fleetOf({ size: 10, population: "desktop" }).contact).toBeNull();
  });

  it("spread the clients over their sites", () => {
    const sites = fleetOf({ size: 4000, population: "desktop", sites: 8 }).sites ?? [];
    const counts = Array.from({ length: 8 }, (_, site) => [...sites].filter((each) => each === site).length);
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(110);
    expect(fleetOf({ size: 10, population: "desktop" }).sites).toBeNull();
  });
});
