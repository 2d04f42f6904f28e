import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { mean } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { presenceOf } from "../../../../experiments/simulation/presence/presence-of.ts";
import type { World } from "../../../../experiments/simulation/scenario.ts";
import { uniformFleet, worldOf } from "../support.ts";

const SIZE = 4000;
const { keys } = uniformFleet(SIZE);
const settingsOf = (presence: Partial<World["presence"]>) => worldOf({ presence }).presence;
const of = (presence: Partial<World["presence"]>, seed = 1, of = keys) => presenceOf(settingsOf(presence), of, seed);
const hourly = { onlineShare: 0.6, meanOnlineSeconds: 3600 };

describe("clients that never leave", () => {
  it("are all there at any time and stay", () => {
    const presence = of({});
    expect([...presence.presentAt(0)]).toEqual(Array.from({ length: SIZE }, (_, client) => client));
    expect(presence.presentAt(1e9)).toBe(presence.presentAt(0));
    expect(presence.staysSeconds(7)).toBe(Number.POSITIVE_INFINITY);
    presence.write(presence.read());
    expect(presence.presentAt(1)).toHaveLength(SIZE);
  });
});

describe("clients that come and go", () => {
  it("are there for their share of the time, from the first moment on", () => {
    const presence = of(hourly);
    for (const nowSeconds of [0, 60, 3600, 1e5, 1e6]) {
      // The standard deviation of the share of 4,000 is 0.8 %.
      expect(Math.abs(presence.presentAt(nowSeconds).length / SIZE - 0.6)).toBeLessThan(0.04);
    }
  });

  it("are other clients after some spells, in rising order, by the seed", () => {
    const presence = of(hourly);
    const first = presence.presentAt(0);
    expect([...first]).toEqual([...first].sort((a, b) => a - b));
    const later = new Set(presence.presentAt(1e6));
    // Independent of the first: 60 % of those are there again.
    const again = first.filter((client) => later.has(client));
    expect(Math.abs(again.length / first.length - 0.6)).toBeLessThan(0.05);
    expect(of(hourly, 1).presentAt(500)).toEqual(of(hourly, 1).presentAt(500));
    expect(of(hourly, 2).presentAt(500)).not.toEqual(of(hourly, 1).presentAt(500));
  });

  it("stay for a mean spell on average: what is left of one is as long as a whole one", () => {
    const presence = of(hourly);
    for (const nowSeconds of [0, 50_000]) {
      const stays = [...presence.presentAt(nowSeconds)].map((client) => presence.staysSeconds(client));
      expect(Math.min(...stays)).toBeGreaterThan(0);
      // 2,400 exponential times: 2 % standard error.
      expect(Math.abs(mean(stays) / 3600 - 1)).toBeLessThan(0.1);
    }
  });

  it("are there until the moment that they said, and away right after it", () => {
    const presence = of(hourly);
    const [client] = presence.presentAt(1000);
    const leaves = 1000 + presence.staysSeconds(client as number);
    expect(presence.presentAt(leaves - 1e-3).includes(client as number)).toBe(true);
    expect(presence.presentAt(leaves + 1e-3).includes(client as number)).toBe(false);
  });

  it("are the same whenever somebody looks: the path of a client is the seed's", () => {
    const moments = fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { maxLength: 10 });
    const few = keys.slice(0, 50);
    const straight = of(hourly, 3, few).presentAt(20_000);
    fc.assert(
      fc.property(moments, (asked) => {
        const presence = of(hourly, 3, few);
        for (const moment of asked.sort((a, b) => a - b)) presence.presentAt(moment);
        expect(presence.presentAt(20_000)).toEqual(straight);
      }),
    );
  });

  it("do not depend on who else there is", () => {
    const few = of(hourly, 1, keys.slice(0, 100)).presentAt(5000);
    expect([...of(hourly).presentAt(5000)].filter((client) => client < 100)).toEqual([...few]);
  });
});

describe("clients that arrive", () => {
  it("come one after the other, for a first spell that begins then", () => {
    const presence = of({ arrivalSeconds: 10_000 });
    for (const nowSeconds of [0, 2_500, 5_000, 10_000]) {
      expect(Math.abs(presence.presentAt(nowSeconds).length / SIZE - nowSeconds / 10_000)).toBeLessThan(0.04);
    }
    expect(presence.presentAt(10_001)).toHaveLength(SIZE);
    expect(presence.staysSeconds(0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("go on as others once they are there", () => {
    const presence = of({ ...hourly, arrivalSeconds: 100 });
    presence.presentAt(100);
    // Who has just come is there; after many spells their share is.
    expect(presence.presentAt(101).length / SIZE).toBeGreaterThan(0.9);
    expect(Math.abs(presence.presentAt(1e6).length / SIZE - 0.6)).toBeLessThan(0.04);
  });
});

describe("clients that leave for good", () => {
  it("are fewer by the exponential law of their lifetimes", () => {
    const presence = of({ meanLifetimeSeconds: 1000 });
    for (const nowSeconds of [0, 500, 1000, 3000]) {
      expect(Math.abs(presence.presentAt(nowSeconds).length / SIZE - Math.exp(-nowSeconds / 1000))).toBeLessThan(0.04);
    }
  });

  it("live from their arrival on, and say when they leave", () => {
    const presence = of({ arrivalSeconds: 1000, meanLifetimeSeconds: 500 });
    const present = presence.presentAt(1000);
    const stays = [...present].map((client) => presence.staysSeconds(client));
    expect(Math.abs(mean(stays) / 500 - 1)).toBeLessThan(0.15);
    // The share of lives of mean 500 that have begun uniformly within 1,000 and go on: (1 - exp(-2)) / 2.
    expect(Math.abs(present.length / SIZE - (1 - Math.exp(-2)) / 2)).toBeLessThan(0.04);
  });
});

describe("a presence that is written down", () => {
  it("goes on elsewhere as if it had never stopped", () => {
    const settings = { ...hourly, arrivalSeconds: 2000, meanLifetimeSeconds: 50_000 };
    const [unbroken, first, second] = [of(settings), of(settings), of(settings)];
    for (const nowSeconds of [0, 700, 4000])
      expect(first.presentAt(nowSeconds)).toEqual(unbroken.presentAt(nowSeconds));
    const saved = serialize(first.read());
    first.presentAt(90_000);
    second.write(deserialize(saved));
    expect(second.staysSeconds(3)).toBe(unbroken.staysSeconds(3));
    for (const nowSeconds of [4001, 30_000, 1e6]) {
      expect(second.presentAt(nowSeconds)).toEqual(unbroken.presentAt(nowSeconds));
    }
  });
});
