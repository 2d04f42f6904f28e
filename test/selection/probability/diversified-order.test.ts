import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_GROUP } from "../../../selection/probability/correlated-tail.ts";
import { descendingOrder } from "../../../selection/probability/descending-order.ts";
import { diversifiedOrder } from "../../../selection/probability/diversified-order.ts";
import { anyProbability, invalidArgument } from "./quorum-support.ts";

const quorums = fc
  .record({
    list: fc.array(fc.tuple(anyProbability, fc.constantFrom(1, 2, 3, NO_GROUP)), { maxLength: 25 }),
    correlation: fc.double({ min: 0, max: 0.9, noNaN: true }),
    count: fc.integer({ min: 0, max: 12 }),
    wanted: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ list, ...quorum }) => ({
    probabilities: list.map(([p]) => p),
    groups: list.map(([, group]) => group),
    ...quorum,
  }));

describe("diversifiedOrder", () => {
  it("alternates between two groups that are about as good", () => {
    const quorum = {
      probabilities: [0.92, 0.92, 0.92, 0.91, 0.91, 0.91],
      groups: [1, 1, 1, 2, 2, 2],
      correlation: 0.5,
      count: 3,
      wanted: 0.95,
    };
    expect([...diversifiedOrder(quorum)]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it("prefers a client of no group to one of a group already taken", () => {
    const quorum = {
      probabilities: [0.92, 0.92, 0.91, 0.91],
      groups: [1, 1, NO_GROUP, NO_GROUP],
      correlation: 0.5,
      count: 2,
      wanted: 0.95,
    };
    expect([...diversifiedOrder(quorum)].slice(0, 3)).toEqual([0, 2, 3]);
  });

  it("puts every member somewhere, those of one group by descending p", () => {
    fc.assert(
      fc.property(quorums, (quorum) => {
        const order = [...diversifiedOrder(quorum)];
        expect(order.toSorted((a, b) => a - b)).toEqual(quorum.probabilities.map((_, index) => index));
        for (const group of [1, 2, 3]) {
          const ofGroup = order.filter((index) => quorum.groups[index] === group);
          const chances = ofGroup.map((index) => quorum.probabilities[index] as number);
          expect(chances).toEqual(chances.toSorted((a, b) => b - a));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is the order of p where spreading has no use", () => {
    const quorum = {
      probabilities: [0.8, 0.95, 0.9, 0.9, 0.85],
      groups: [1, 1, 1, 2, 2],
      correlation: 0.5,
      count: 2,
      wanted: 0.95,
    };
    const byProbability = [...descendingOrder(quorum.probabilities)];
    const useless = [
      { correlation: 0 },
      { wanted: 0.5 },
      { wanted: 1 },
      { count: 0 },
      { count: 5 },
      { groups: quorum.groups.map(() => NO_GROUP) },
      { groups: quorum.groups.map(() => 7) },
    ];
    for (const change of useless) expect([...diversifiedOrder({ ...quorum, ...change })]).toEqual(byProbability);
  });

  it("refuses what it cannot use", () => {
    const quorum = { probabilities: [0.5], groups: [1], correlation: 0.5, count: 1, wanted: 0.5 };
    expect(() => diversifiedOrder({ ...quorum, probabilities: [Number.NaN] })).toThrow(invalidArgument("index 0"));
    expect(() => diversifiedOrder({ ...quorum, wanted: 2 })).toThrow(invalidArgument("2"));
  });
});
