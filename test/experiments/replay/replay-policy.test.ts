import { describe, expect, it } from "vitest";
import { deviceSecondsSpent, replayPolicy, type Truth } from "../../../experiments/replay/replay-policy.ts";
import type { SelectionPolicy } from "../../../selection/policy/policy.ts";
import { forecastCandidate } from "../../selection/support.ts";
import { selecting } from "../../server/support/tiny-run.ts";

/** Takes the named clients and leaves the others out; forecasts play no part in these tests. */
const choosing = (...names: string[]): SelectionPolicy => selecting((clientId) => names.includes(clientId));
const candidates = ["fast", "slow", "far"].map((clientId) => forecastCandidate(clientId, 0.5));
const slo = { deadlineSeconds: 10, minimumProbability: 0.8 };

/** "fast" takes 6 s, "slow" 12 s of which 10 are computing, "far" only downloads until the deadline and beyond. */
const truth: Truth = (clientId) =>
  ({
    fast: { downloadSeconds: 1, computeSeconds: 4, uploadSeconds: 1 },
    slow: { downloadSeconds: 1, computeSeconds: 10, uploadSeconds: 1 },
    far: { downloadSeconds: 11, computeSeconds: 1, uploadSeconds: 1 },
  })[clientId] ?? { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 };

const replay = (policyForRound: (round: number) => SelectionPolicy, roundCount = 1) =>
  replayPolicy({ policyForRound, roundCount, seed: 1, candidates, slo, truth });

describe("device-seconds until the deadline", () => {
  it.each([
    ["all of it, when done", { downloadSeconds: 1, computeSeconds: 4, uploadSeconds: 1 }, 4],
    ["what fits behind the download", { downloadSeconds: 1, computeSeconds: 20, uploadSeconds: 1 }, 9],
    ["all of it, when only the upload is late", { downloadSeconds: 1, computeSeconds: 8, uploadSeconds: 5 }, 8],
    ["none, when the download alone is late", { downloadSeconds: 11, computeSeconds: 4, uploadSeconds: 1 }, 0],
  ])("are %s", (_, duration, seconds) => {
    expect(deviceSecondsSpent(duration, 10)).toBe(seconds);
  });
});

describe("the replay of a policy", () => {
  it("counts who is in time as useful and everybody else's work as waste", () => {
    expect(replay(() => choosing("fast", "slow", "far"))).toEqual({
      policy: "by-name",
      rounds: [
        {
          round: 1,
          selected: ["fast", "slow", "far"],
          completed: ["fast"],
          usefulDeviceSeconds: 4,
          wastedDeviceSeconds: 9, // slow computes from 1 to 10, far not at all
        },
      ],
      sloCompliance: 1 / 3,
      usefulDeviceSeconds: 4,
      wastedDeviceSeconds: 9,
    });
  });

  it("averages compliance over clients, not over rounds", () => {
    // 1 of 1, then 1 of 3: 2 of 4, not (1 + 1/3) / 2.
    const result = replay((round) => (round === 1 ? choosing("fast") : choosing("fast", "slow", "far")), 2);
    expect(result.sloCompliance).toBe(0.5);
  });

  it("asks the truth for the work that a decision names", () => {
    const work = { exampleCount: 5, epochs: 1 };
    const less = selecting(
      (clientId) => clientId !== "far",
      (clientId) => (clientId === "slow" ? work : undefined),
    );
    // "slow" computes 10 s for all that it holds and 5 s for half of that.
    const halved: Truth = (clientId, round, asked) => {
      const duration = truth(clientId, round);
      return asked ? { ...duration, computeSeconds: duration.computeSeconds / 2 } : duration;
    };
    const result = replayPolicy({ policyForRound: () => less, roundCount: 1, seed: 1, candidates, slo, truth: halved });
    expect(result).toMatchObject({ sloCompliance: 1, usefulDeviceSeconds: 9, wastedDeviceSeconds: 0 });
  });

  it("has no compliance where nobody was ever selected", () => {
    expect(replay(() => choosing(), 3)).toMatchObject({ sloCompliance: null, wastedDeviceSeconds: 0 });
  });

  it("counts a client that ends exactly at the deadline as in time", () => {
    const atDeadline: Truth = () => ({ downloadSeconds: 1, computeSeconds: 8, uploadSeconds: 1 });
    const policyForRound = () => choosing("fast");
    const result = replayPolicy({ policyForRound, roundCount: 1, seed: 1, candidates, slo, truth: atDeadline });
    expect(result.sloCompliance).toBe(1);
  });
});
