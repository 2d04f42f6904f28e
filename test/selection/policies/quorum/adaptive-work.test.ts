// Less work for slow clients, on real forecasts: the roofline of catalogued GPUs.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../../selection/devices/resolve-device.ts";
import { rooflineModel } from "../../../../selection/latency/roofline/roofline-model.ts";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { largestNotNegative, largestWork } from "../../../../selection/policy/adapted-work.ts";
import { reforecastWith } from "../../../../selection/policy/reforecast.ts";
import { selectClients } from "../../../../selection/policy/select-clients.ts";
import { computeQuantile } from "../../../../selection/probability/compute-law.ts";
import type { Candidate } from "../../../../selection/types.ts";
import { lenetWorkload } from "../../support.ts";
import { selectedIds } from "../support.ts";

const training = { epochs: 4, batchSize: 32 };
const workload = { ...lenetWorkload, epochs: 4 };
const client = (clientId: string, gpu: string, exampleCount: number, changes: Partial<Candidate> = {}): Candidate => ({
  clientId,
  device: resolveDevice({ kind: "gpu", name: gpu }),
  backend: "pytorch",
  link: { downlinkBitsPerSecond: 2e7, uplinkBitsPerSecond: 1e7, roundTripSeconds: 0.03, transferLogSigma: 0.3 },
  exampleCount,
  ...changes,
});

function round(
  candidates: readonly Candidate[],
  settings: Record<string, unknown>,
  deadlineSeconds: number,
  epochs = training.epochs,
) {
  const workload = { ...lenetWorkload, epochs };
  const slo = { deadlineSeconds, minimumProbability: 0.8 };
  const entries = candidates.map((candidate) => ({
    candidate,
    forecast: rooflineModel.forecast(candidate, workload, slo),
  }));
  const reforecast = reforecastWith(rooflineModel, workload, slo);
  const policy = createPolicy("quorum", {
    settings: { requiredUpdates: 1, whenUnreachable: "best-effort", ...settings },
  });
  return selectClients({
    policy,
    round: 1,
    seed: 1,
    slo,
    candidates: entries,
    reforecast,
    training: { ...training, epochs },
  });
}

describe("adaptive work", () => {
  it("asks a slow client for the whole batches with which it is in time, and says so", () => {
    const { decisions } = round([client("slow", "Jetson TX2", 60_000)], {}, 20);
    const [decision] = decisions;
    expect(decision).toMatchObject({ selected: true, work: { epochs: 4 } });
    const examples = decision?.work?.exampleCount ?? 0;
    expect(examples % 32).toBe(0);
    expect(decision?.reason).toContain(
      `being asked for ${examples.toLocaleString("en-US")} of its 60,000 examples in 4 epochs`,
    );
    // Cut to p = 1 - 0.5 * (1 - 0.8) = 0.9, of which one more batch falls short.
    expect(decision?.forecast.deadlineProbability).toBeGreaterThanOrEqual(0.9);
    const slo = { deadlineSeconds: 20, minimumProbability: 0.8 };
    const more = rooflineModel.forecast(client("slow", "Jetson TX2", examples + 32), workload, slo);
    expect(more.deadlineProbability).toBeLessThan(0.9);
  });

  it("is cut until the client misses with the share of 1 - p_slo that is asked for", () => {
    // p_slo = 0.8: a miss of 0.2 for a share of 1, of 0.1 for a half, of 0.02 for a tenth.
    for (const [adaptedMissShare, least] of [
      [1, 0.8],
      [0.5, 0.9],
      [0.1, 0.98],
    ] as const) {
      const [decision] = round([client("slow", "Jetson TX2", 60_000)], { adaptedMissShare }, 20).decisions;
      expect(decision?.forecast.deadlineProbability).toBeGreaterThanOrEqual(least);
      expect(decision?.forecast.deadlineProbability).toBeLessThan(least + 0.01);
    }
  });

  it("takes epochs off first where it is asked to, and examples only off the last one", () => {
    const epochs = round([client("slow", "Jetson TX2", 60_000)], { adaptiveWork: "epochs" }, 80);
    expect(epochs.decisions[0]?.work).toMatchObject({ exampleCount: 60_000 });
    const count = epochs.decisions[0]?.work?.epochs ?? 4;
    expect(count).toBeLessThan(4);
    expect(epochs.decisions[0]?.reason).toMatch(
      new RegExp(`being asked for ${count} epochs? over its 60,000 examples;`),
    );
    const examples = round([client("slow", "Jetson TX2", 60_000)], { adaptiveWork: "epochs" }, 5);
    expect(examples.decisions[0]?.work).toMatchObject({ epochs: 1 });
    expect(examples.decisions[0]?.work?.exampleCount).toBeLessThan(60_000);
  });

  it("takes epochs off too where a single batch in all of them is too much", () => {
    // A step takes a TX2 some milliseconds: one batch in a thousand epochs passes 5 s.
    for (const adaptiveWork of ["examples", "epochs"]) {
      const [decision] = round([client("slow", "Jetson TX2", 60_000)], { adaptiveWork }, 5, 1000).decisions;
      expect(decision?.selected).toBe(true);
      expect(decision?.work?.epochs).toBeLessThan(1000);
      expect(decision?.forecast.deadlineProbability).toBeGreaterThanOrEqual(0.9);
    }
  });

  it("says of a slow client that is left out that less work would do, which is why it counts as feasible", () => {
    const candidates = [client("quick", "NVIDIA A100 PCIe 40GB", 2000), client("slow", "Jetson TX2", 60_000)];
    const { decisions, note } = round(candidates, {}, 20);
    expect(decisions[1]).toMatchObject({ selected: false, reasonCode: "quorum-reached" });
    expect(decisions[1]?.reason).toMatch(/% probability \(90\.0 % with less work\), but the round has its quorum/);
    expect(note).toMatch(/^2 of 2 candidates are feasible/);
  });

  it("leaves those alone who are quick enough, and refuses whom a single batch is too much for", () => {
    const far = { downlinkBitsPerSecond: 9e5, uplinkBitsPerSecond: 9e5, roundTripSeconds: 0.6, transferLogSigma: 0.8 };
    const { decisions } = round(
      [client("quick", "NVIDIA A100 PCIe 40GB", 2000), client("far", "Tesla T4", 2000, { link: far })],
      {},
      6,
    );
    expect(decisions[0]?.work).toBeUndefined();
    expect(decisions[1]).toMatchObject({ selected: false, reasonCode: "below-probability" });
    expect(decisions[1]?.reason).toMatch(/a single batch would not have the 90.0 % that less work is cut to\.$/);
  });

  it("asks those first who do the whole work, then those who are cut least", () => {
    // At 90 % by their margin, and yet after a client that does everything with less.
    const candidates = [
      client("cut-deep", "Jetson TX2", 120_000),
      client("cut", "Jetson TX2", 40_000),
      client("whole", "NVIDIA A100 PCIe 40GB", 2000),
    ];
    const asked = [1, 2, 3].map((requiredUpdates) => {
      const settings = { requiredUpdates, rotation: false, roundProbability: 0.6 };
      return selectedIds(round(candidates, settings, 20).decisions);
    });
    expect(asked).toEqual([["whole"], ["cut", "whole"], ["cut-deep", "cut", "whole"]]);
  });

  it("makes a client fit its energy budget", () => {
    // 15 W for as long as it computes: the whole work takes far more than 100 J.
    const thrifty = client("thrifty", "Jetson TX2", 60_000, { energy: { budgetJoules: 100 } });
    const whole = round([thrifty], { adaptiveWork: "off" }, 1000);
    expect(whole.decisions[0]).toMatchObject({ selected: false, reasonCode: "insufficient-energy" });
    expect(whole.decisions[0]?.reason).toMatch(
      /^Skipped: the round takes .*J, more than the 100 J that it may spend\.$/,
    );
    const { decisions } = round([thrifty], {}, 1000);
    expect(decisions[0]).toMatchObject({ selected: true, forecast: { energy: { fits: true } } });
    expect(decisions[0]?.forecast.energy?.requiredJoules).toBeGreaterThan(90);
  });

  it("equals the closed form n* = floor(B / (c Q(p))) with a certain link", () => {
    const certain = { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0 };
    const slo = { deadlineSeconds: 20, minimumProbability: 0.8 };
    const slow = client("slow", "Jetson TX2", 600_000, { link: certain });
    const forecast = rooflineModel.forecast(slow, workload, slo);
    const steps = 4 * Math.ceil(600_000 / 32);
    const { computeSeconds, downloadSeconds, uploadSeconds } = forecast.atMeanUtilisation;
    const law = forecast.computeLaw;
    if (law === null) throw new Error("a catalogued GPU has a law");
    const slack = 20 - downloadSeconds - uploadSeconds;
    const closedForm = Math.floor(slack / ((computeSeconds / steps) * computeQuantile(law, 0.9)) / 4);
    const [decision] = round([slow], {}, 20).decisions;
    expect(decision?.work?.exampleCount).toBe(32 * closedForm);
  });
});

describe("the largest work", () => {
  const full = { exampleCount: 1000, epochs: 3 };
  const common = { full, batchSize: 100, deadlineSeconds: 10, reduces: "examples" as const };

  it("is the largest that suffices, for any probability that never rises with the work", () => {
    const limits = fc.record({
      limit: fc.integer({ min: 0, max: 3500 }),
      minimumProbability: fc.constantFrom(0.5, 0.9),
    });
    fc.assert(
      fc.property(limits, ({ limit, minimumProbability }) => {
        const probabilityOf = (work: { exampleCount: number; epochs: number }) =>
          work.exampleCount * work.epochs <= limit ? minimumProbability : 0;
        const { work, probability } = largestWork({
          ...common,
          minimumProbability,
          outlook: { probabilityOf, shareGuess: () => 0.3 },
        });
        // Whole hundreds of which three epochs stay within the limit; else one hundred in the epochs that do.
        const hundreds = Math.min(10, Math.floor(limit / 300));
        const epochs = Math.floor(limit / 100);
        const single = epochs === 0 ? null : { exampleCount: 100, epochs };
        expect(work).toEqual(hundreds === 0 ? single : { exampleCount: 100 * hundreds, epochs: 3 });
        expect(probability).toBe(epochs === 0 ? 0 : minimumProbability);
      }),
    );
  });

  it("is found in a few steps, however the function falls", () => {
    const falling = [
      (count: number) => 123_456 - count,
      (count: number) => Math.log(123_456.5 / count),
      (count: number) => (count <= 123_456 ? 1e-9 : -1e9),
      (count: number) => (count <= 123_456 ? 0 : -1),
      (count: number) => (123_456.5 / count) ** 9 - 1,
    ];
    const asked = falling.map((value) => {
      let count = 0;
      const found = largestNotNegative(1_000_000, 100_000, (steps) => {
        count += 1;
        return value(steps);
      });
      expect(found).toBe(123_456);
      return count;
    });
    expect(Math.max(...asked)).toBeLessThanOrEqual(60);
    expect(asked[1]).toBeLessThanOrEqual(6);
  });

  it("is none below 1 and all where all suffice", () => {
    expect(largestNotNegative(0, 3, () => 1)).toBe(0);
    expect(largestNotNegative(10, 3, () => -1)).toBe(0);
    expect(largestNotNegative(10, 3, () => 0)).toBe(10);
    expect(largestNotNegative(1, 3, () => 0)).toBe(1);
  });
});
