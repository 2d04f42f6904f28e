import { describe, expect, it } from "vitest";
import type { RoundOutcome } from "../../server/rounds/types.ts";
import { summarizeRun } from "../../server/run-summary.ts";
import { addRound, noRounds } from "../../server/run-totals.ts";

const facts = { runName: "run", wallSeconds: 3, journal: "journal.ndjson", modelFile: null };

function round(number: number, selectedCount: number, completedCount: number, accuracy: number | null): RoundOutcome {
  return {
    round: number,
    status: accuracy === null ? "failed" : "aggregated",
    modelVersion: number,
    clients: [],
    metrics: {
      selectedCount,
      completedCount,
      sloCompliance: selectedCount === 0 ? null : completedCount / selectedCount,
      usefulDeviceSeconds: 10,
      wastedDeviceSeconds: 2,
      roundSeconds: 5,
    },
    evaluation: accuracy === null ? null : { loss: 1 - accuracy, accuracy, exampleCount: 100 },
  };
}

describe("the summary of a run", () => {
  it("averages compliance over clients, not over rounds, and keeps the last evaluation", () => {
    // completed 4 + 1 + 0 = 5 of 4 + 6 + 0 = 10 selected
    const summary = summarizeRun(
      [round(1, 4, 4, 0.5), round(2, 6, 1, 0.75), round(3, 0, 0, null)].reduce(addRound, noRounds),
      facts,
    );
    expect(summary).toEqual({
      ...facts,
      rounds: 3,
      failedRounds: 1,
      testAccuracy: 0.75,
      testLoss: 0.25,
      sloCompliance: 0.5,
      usefulDeviceSeconds: 30,
      wastedDeviceSeconds: 6,
    });
  });

  it("has no compliance and no accuracy without rounds", () => {
    expect(summarizeRun(noRounds, facts)).toMatchObject({ rounds: 0, sloCompliance: null, testAccuracy: null });
  });
});
