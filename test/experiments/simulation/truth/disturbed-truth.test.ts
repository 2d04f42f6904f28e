import { quantile } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { traceLine } from "../../../../experiments/measured/trace-lines.ts";
import { disturbedTruth } from "../../../../experiments/simulation/truth/disturbed-truth.ts";
import { layerWiseTruth } from "../../../../experiments/simulation/truth/layer-wise-truth.ts";
import { luckOf } from "../../../../experiments/simulation/truth/luck.ts";
import type { Fleet, FleetTruth } from "../../../../experiments/simulation/types.ts";
import { lenet5 } from "../../../../models/zoo.ts";
import { workloadFor } from "../../../../workloads/workload-for.ts";
import { errorWith, fixedTruth, fleetDevice, uniformFleet, worldOf } from "../support.ts";

const SIZE = 2000;
const work = { exampleCount: 100, epochs: 1 };
const calm = fixedTruth(() => ({ downloadSeconds: 1, computeSeconds: 100, uploadSeconds: 2 }));

/** 100 s of computing, on clients that alternate between an A100 and a board, in four sites. */
const fleet = uniformFleet(SIZE, {
  devices: [fleetDevice("A100 PCIe 40 GB"), fleetDevice("Jetson Orin Nano 8 GB")],
  columns: {
    ...uniformFleet(SIZE).columns,
    deviceIndices: Uint16Array.from({ length: SIZE }, (_, client) => client % 2),
  },
  sites: Uint32Array.from({ length: SIZE }, (_, client) => client % 4),
});

function disturbed(disturbances: Record<string, unknown>, of: Fleet = fleet, seed = 1) {
  return disturbedTruth(calm, { disturbances: worldOf({ disturbances }).disturbances, fleet: of, seed });
}
type Took = ReturnType<FleetTruth["durationOf"]>;

/** A fleet whose clients are all on one trace, whose rate rises from step to step. */
function onTrace() {
  const bitsPerSecond = Array.from({ length: 1000 }, (_, step) => 1e6 + 1e4 * step);
  const line = traceLine({ name: "rising", share5g: 1, stepSeconds: 10, bitsPerSecond }, 0.5);
  return {
    line,
    lines: new Map([["measured-5g", [line]]]),
    fleet: uniformFleet(20, { linkNames: ["measured-5g"], lines: new Int16Array(20) }),
  };
}
const secondsIn = (truth: ReturnType<typeof disturbed>, round = 1) =>
  Array.from({ length: SIZE }, (_, client) => truth.durationOf(client, round, work).computeSeconds);

describe("a truth without disturbances", () => {
  it("is the truth itself, also where they are named and change nothing", () => {
    expect(disturbed({})).toBe(calm);
    expect(disturbed({ contention: { probability: 0 }, throttling: { afterSeconds: 1, speed: 1 } })).toBe(calm);
  });
});

describe("another job on the device", () => {
  it("is there in so many rounds, and slows down between its bounds", () => {
    const seconds = secondsIn(disturbed({ contention: { probability: 0.25, least: 1.5, most: 3 } }));
    const shared = seconds.filter((value) => value !== 100);
    // 500 of 2,000 with a standard deviation of 19.
    expect(Math.abs(shared.length - 500)).toBeLessThan(100);
    expect(Math.min(...shared)).toBeGreaterThanOrEqual(150);
    expect(Math.max(...shared)).toBeLessThanOrEqual(300);
    expect(Math.abs(quantile(shared, 0.5) - 225)).toBeLessThan(15);
  });

  it("is there for other clients in other rounds and with other seeds, and leaves the transfers alone", () => {
    const contention = { contention: { probability: 0.25 } };
    expect(secondsIn(disturbed(contention), 1)).not.toEqual(secondsIn(disturbed(contention), 2));
    expect(secondsIn(disturbed(contention), 1)).not.toEqual(secondsIn(disturbed(contention, fleet, 2), 1));
    expect(secondsIn(disturbed(contention), 1)).toEqual(secondsIn(disturbed(contention), 1));
    expect(disturbed(contention).durationOf(0, 1, work)).toMatchObject({ downloadSeconds: 1, uploadSeconds: 2 });
  });
});

describe("a client on a measured trace whose computing is slowed", () => {
  const { lines, ...aboutLines } = onTrace();
  const workload = workloadFor({
    architecture: lenet5,
    training: { epochs: 1, batchSize: 10, learningRate: 0.1, momentum: 0 },
  });
  const truth = layerWiseTruth({ fleet: aboutLines.fleet, workload, seed: 1, lines });
  const { disturbances } = worldOf({ disturbances: { contention: { probability: 1, least: 1e5, most: 1e5 } } });
  const slow = disturbedTruth(truth, { disturbances, fleet: aboutLines.fleet, seed: 1 });

  it("uploads at the rates of that later moment", () => {
    const luck = luckOf(1);
    const bits = { down: 8 * workload.downloadBytes, up: 8 * workload.uploadBytes };
    for (let client = 0; client < 20; client++) {
      const [quick, slowed] = [truth, slow].map((each) => each.durationOf(client, 1, work)) as [Took, Took];
      expect(slowed.computeSeconds).toBeCloseTo(1e5 * quick.computeSeconds, 6);
      expect(slowed.downloadSeconds).toBe(quick.downloadSeconds);
      const draw = (purpose: string) => luck.uniform(purpose, 1, aboutLines.fleet.keys[client] as number);
      const { uploadSeconds } = aboutLines.line.transferSeconds(bits, draw, slowed.computeSeconds);
      expect(slowed.uploadSeconds).toBe(uploadSeconds);
      expect(slowed.uploadSeconds).not.toBe(quick.uploadSeconds);
    }
  });
});

describe("a warm device", () => {
  it("goes on at its lower speed if it is a board, after so much computing", () => {
    const seconds = secondsIn(disturbed({ throttling: { afterSeconds: 60, speed: 0.5 } }));
    // 60 s at full speed, the other 40 s at half of it.
    expect([seconds[0], seconds[1]]).toEqual([100, 60 + 40 / 0.5]);
  });

  it("does at its lower speed what another job made longer", () => {
    const seconds = secondsIn(
      disturbed({ contention: { probability: 1, least: 2, most: 2 }, throttling: { afterSeconds: 60, speed: 0.5 } }),
    );
    expect([seconds[0], seconds[1]]).toEqual([200, 60 + 140 / 0.5]);
  });
});

describe("a lost link", () => {
  it("loses the update and nothing else, in so many rounds of a client", () => {
    const truth = disturbed({ lostLinkProbability: 0.1 });
    const lost = Array.from({ length: 2000 }, (_, round) => truth.durationOf(5, round, work)).filter(
      ({ uploadSeconds }) => uploadSeconds === Number.POSITIVE_INFINITY,
    );
    expect(Math.abs(lost.length - 200)).toBeLessThan(70);
    expect(lost[0]).toEqual({ downloadSeconds: 1, computeSeconds: 100, uploadSeconds: Number.POSITIVE_INFINITY });
  });
});

describe("an outage of a site", () => {
  const lostIn = (truth: ReturnType<typeof disturbed>, round: number) =>
    Array.from({ length: SIZE }, (_, client) => truth.durationOf(client, round, work).uploadSeconds !== 2);

  it("cuts off all clients of the site in a round, and no other site's", () => {
    const truth = disturbed({ siteOutageProbability: 0.3 });
    let outages = 0;
    for (let round = 0; round < 200; round++) {
      const lost = lostIn(truth, round);
      for (let site = 0; site < 4; site++) {
        const ofSite = lost.filter((_, client) => client % 4 === site);
        expect(new Set(ofSite).size).toBe(1);
        if (ofSite[0]) outages += 1;
      }
    }
    // 0.3 of 800 with a standard deviation of 13.
    expect(Math.abs(outages - 240)).toBeLessThan(65);
  });

  it("needs sites", () => {
    expect(() => disturbed({ siteOutageProbability: 0.3 }, uniformFleet(3))).toThrow(
      errorWith("experiments.invalid-scenario", "fleet.sites"),
    );
  });
});

describe("a heavy tail", () => {
  it("has median 1 and the quantiles of Student's law with 2 degrees of freedom", () => {
    const logs = secondsIn(disturbed({ heavyTailScale: 0.5 })).map((seconds) => Math.log(seconds / 100) / 0.5);
    expect(Math.abs(quantile(logs, 0.5))).toBeLessThan(0.1);
    // t with 2 degrees of freedom at 0.9: 2 * 0.4 / sqrt(2 * 0.9 * 0.1) = 1.8856.
    expect(Math.abs(quantile(logs, 0.9) - 1.8856)).toBeLessThan(0.25);
    expect(Math.max(...logs)).toBeGreaterThan(8);
  });

  it("keeps times finite, however heavy it is", () => {
    const seconds = secondsIn(disturbed({ heavyTailScale: 5 }));
    expect(seconds.every((value) => Number.isFinite(value))).toBe(true);
  });
});

describe("what a disturbed truth rests on", () => {
  it("names each assumption that is on, beside what the truth rests on", () => {
    const { level, sources } = disturbed({
      contention: { probability: 0.1 },
      throttling: { afterSeconds: 60, speed: 0.7 },
      lostLinkProbability: 0.015,
      siteOutageProbability: 0.01,
      heavyTailScale: 0.2,
    });
    expect(level).toBe("L1");
    expect(sources).toEqual([
      "made for a test",
      "Assumed: in 10 % of a client's rounds another job slows it 1.5 to 3 times.",
      "Assumed: boards and laptops go on at 70 % of their speed after 60 s.",
      "Assumed: 1.5 % of all updates are lost with the client's link.",
      "Assumed: in 1 % of the rounds a site is cut off with all its clients.",
      "Assumed: compute times have a heavy tail, exp(0.2 t) with t Student's of 2 degrees of freedom.",
    ]);
    expect(disturbed({ lostLinkProbability: 0.5 }).sources).toHaveLength(2);
  });
});
