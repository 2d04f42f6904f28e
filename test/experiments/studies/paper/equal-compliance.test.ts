import { describe, expect, it } from "vitest";
import { wasteAtEqualCompliance } from "../../../../experiments/studies/paper/equal-compliance.ts";
import { labels } from "../../../../experiments/studies/paper/paper-settings.ts";
import { paperRow } from "./support.ts";

/** A setting of a family: rounds with k updates, and wasted device-seconds a round. */
const point = (policy: string, workload: string, roundCompliance: number, wastedDeviceSecondsPerRound: number) =>
  paperRow({ policy, workload, metrics: { roundCompliance, wastedDeviceSecondsPerRound } });

function workloadRows(workload: string) {
  return [
    // FedLim with its least budget is the unit: 100 device-seconds.
    point(labels.fedlim, workload, 0, 100),
    point(labels.fedlim, workload, 0.8, 200),
    point(labels.fedlim, workload, 1, 400),
    point(labels.probselect, workload, 0.5, 10),
    point(labels.probselect, workload, 0.7, 20),
    point(labels.quorum, workload, 0.9, 30),
  ];
}

const reference = { label: labels.quorum, budgetIndex: 0 };

describe("waste at equal compliance", () => {
  const rows = ["a", "b", "c", "d", "e"].flatMap(workloadRows);
  const results = wasteAtEqualCompliance(rows, reference);
  const against = (family: string) => results.find((result) => result.family === family);

  it("is read off a family's frontier at the reference's compliance", () => {
    // FedLim at 0.9 is half-way from (0.8, 200) to (1, 400): 300. Quorum's 30 are 0.3 units, FedLim's 3; 0.3 - 3, 0.3 / 3 - 1.
    const fedlim = against(labels.fedlim);
    expect([fedlim?.referenceShare, fedlim?.familyShare]).toEqual([0.3, 3]);
    expect(fedlim?.difference?.estimate).toBeCloseTo(-2.7, 12);
    expect(fedlim?.change?.estimate).toBeCloseTo(-0.9, 12);
    expect(fedlim?.difference?.low).toBeCloseTo(-2.7, 12);
  });

  it("is none where the family attains the compliance with no budget", () => {
    expect(against(labels.probselect)).toMatchObject({
      change: null,
      difference: null,
      attainedCount: 0,
      workloadCount: 5,
    });
  });

  it("of a family whose every budget complies more often is that of its cheapest", () => {
    const eager = [...rows, ...["a", "b", "c", "d", "e"].map((w) => point(labels.probselectAll, w, 1, 60))];
    const all = wasteAtEqualCompliance(eager, reference).find(({ family }) => family === labels.probselectAll);
    expect(all?.familyShare).toBe(0.6);
    expect(all?.change?.estimate).toBeCloseTo(-0.5, 12);
  });
});
