import { describe, expect, it } from "vitest";
import { wasteAtEqualCompliance } from "../../../../experiments/studies/paper/equal-compliance.ts";
import { labels } from "../../../../experiments/studies/paper/paper-settings.ts";
import { paperRow } from "./support.ts";

const workloads = ["a", "b", "c", "d", "e"];
const seeds = [1, 2, 3, 4, 5];

/** A setting of a family in every workload and seed: rounds with k updates, clients asked, and wasted device-seconds a round. */
const point = (policy: string, roundCompliance: number, meanSelected: number, wastedDeviceSecondsPerRound: number) =>
  workloads.flatMap((workload) =>
    seeds.map((seed) => {
      // As if all who are asked brought an update.
      const wastedDeviceSecondsPerUpdate = wastedDeviceSecondsPerRound / meanSelected;
      const metrics = { roundCompliance, meanSelected, wastedDeviceSecondsPerRound, wastedDeviceSecondsPerUpdate };
      return paperRow({ policy, workload, seed, metrics });
    }),
  );

const rows = [
  // FedLim with its least budget is the unit: 100 device-seconds a round, 5 an update.
  ...point(labels.fedlim, 0, 20, 100),
  ...point(labels.fedlim, 0.8, 40, 200),
  ...point(labels.fedlim, 1, 80, 400),
  ...point(labels.probselect, 0.5, 20, 10),
  ...point(labels.probselect, 0.7, 22, 20),
  ...point(labels.probselectAll, 1, 120, 180),
  ...point(labels.quorum, 0.9, 20, 30),
];

describe("waste at equal compliance", () => {
  const results = wasteAtEqualCompliance(rows, { label: labels.quorum, budgetIndex: 0 });
  const against = (family: string) => results.find((result) => result.family === family);

  it("is read off a family's frontier at the reference's compliance", () => {
    // FedLim at 0.9 is half-way from (0.8, 200) to (1, 400): 300. Quorum's 30 are 0.3 units, FedLim's 3; 0.3 - 3, 0.3 / 3 - 1.
    const fedlim = against(labels.fedlim)?.perRound;
    expect(fedlim?.reference).toEqual({ roundCompliance: 0.9, asked: 20, wasteShare: 0.3 });
    expect(fedlim?.family?.wasteShare).toBeCloseTo(3, 12);
    expect(fedlim?.family?.asked).toBeCloseTo(60, 12);
    expect(fedlim?.difference?.estimate).toBeCloseTo(-2.7, 12);
    expect(fedlim?.change?.estimate).toBeCloseTo(-0.9, 12);
    expect(fedlim?.difference?.low).toBeCloseTo(-2.7, 12);
  });

  it("is the same a round and an update only where as many clients are asked", () => {
    const all = against(labels.probselectAll);
    // A round 30 of 180 device-seconds; an update 30/20 = 1.5 of 180/120 = 1.5.
    expect(all?.perRound.change?.estimate).toBeCloseTo(30 / 180 - 1, 12);
    expect(all?.perUpdate.change?.estimate).toBeCloseTo(0, 12);
    expect(all?.perUpdate.reference?.wasteShare).toBeCloseTo(1.5 / 5, 12);
  });

  it("is none where the family attains the compliance with no budget", () => {
    const none = { change: null, difference: null, family: null, attainedCount: 0 };
    expect(against(labels.probselect)).toMatchObject({ perRound: none, perUpdate: none, workloadCount: 5 });
  });

  it("of a family whose every budget complies more often is that of its cheapest, and says how compliant that is", () => {
    expect(against(labels.probselectAll)?.perRound.family).toEqual({ roundCompliance: 1, asked: 120, wasteShare: 1.8 });
  });
});
