import { describe, expect, it } from "vitest";
import type { ComparedPolicy, EqualComplianceResult } from "../../../../experiments/studies/paper/equal-compliance.ts";
import type { Gain, PaperAnalysis } from "../../../../experiments/studies/paper/paper-analysis.ts";
import { labels } from "../../../../experiments/studies/paper/paper-settings.ts";
import { crossingInWords, headlineOf, leadOf, verdict } from "../../../../experiments/studies/paper/paper-words.ts";

const around = (estimate: number, half: number) => ({ estimate, low: estimate - half, high: estimate + half });

const gain = (policy: string, deadlineQuantile: number, complianceChange: number, wasteChange: number): Gain => ({
  ...{ policy, links: "measured-wifi", deadlineQuantile, minimumProbability: 0.8, compliancePoints: null },
  ...{ complianceChange: around(complianceChange, 0.01), wasteChange: around(wasteChange, 0.02) },
});

const gains = [
  gain(labels.probselect, 0.7, 0.4, -0.9),
  gain(labels.probselect, 0.95, 0.05, -0.73),
  gain(labels.probselectAll, 0.7, 0.4, -0.9),
  gain(labels.quorum, 0.7, 0.4, -0.9),
];

const policy = (roundCompliance: number, asked: number): ComparedPolicy => ({
  roundCompliance,
  asked,
  wasteShare: 0.1,
});

function result(family: string, asked: number, compliance: number): EqualComplianceResult {
  const both = { reference: policy(0.99, 23.2), family: policy(compliance, asked), difference: null, attainedCount: 5 };
  return {
    ...{ family, workloadCount: 5 },
    perRound: { ...both, change: around(-0.85, 0.02) },
    perUpdate: { ...both, change: around(-0.04, 0.11) },
  };
}

const analysis: PaperAnalysis = {
  ...{ gains, withoutTurns: [], limits: [] },
  overall: {
    compliancePoints: around(0.3, 0.03),
    complianceChange: around(0.46, 0.05),
    wasteChange: around(-0.93, 0.04),
  },
  equalCompliance: [result(labels.probselectAll, 141.6, 1), result(labels.probselect, 24, 0.99)],
};

describe("what the study `paper` says", () => {
  it("counts settings of ProbSelect alone, not those of every policy", () => {
    expect(crossingInWords(gains)).toContain("between deadlines that 70 % and 95 % of the fleet usually keep");
    expect(crossingInWords(gains)).toContain(
      "in the interval in 1 of 2 settings of ProbSelect with 20 clients; in 1 more",
    );
  });

  it("judges quorum on both bases, and says how many clients each asks and how compliant each is", () => {
    const lead = leadOf(analysis);
    expect(lead).toContain(
      "Quorum asks 23 clients a round; ProbSelect as published asks 142 and is at least as compliant (100.0 % of rounds with 20 updates, quorum 99.0 %).",
    );
    expect(lead).toContain(
      "a round is -85.0 % [-87.0, -83.0] (less, the interval excludes zero), for an aggregated update -4 % [-15, 7] (no difference can be told).",
    );
    expect(lead).toContain("ProbSelect whose number of clients hindsight chose asks 24");
  });

  it("has both bases in its headline, that of a round with the clients that are asked", () => {
    const figures = headlineOf(analysis).map(({ name, label }) => [name, label]);
    expect(figures).toContainEqual([
      "quorumWasteAgainstProbselectPerRound",
      "Quorum against ProbSelect as published: wasted device-seconds a round (asks 23 instead of 142 clients)",
    ]);
    expect(figures).toContainEqual([
      "quorumWasteAgainstProbselectPerUpdate",
      "Quorum against ProbSelect as published: the same for an aggregated update",
    ]);
  });

  it("claims no difference where the interval contains zero, or where there is none", () => {
    expect(verdict(around(-0.1, 0.05))).toBe("less, the interval excludes zero");
    expect(verdict(around(0.1, 0.05))).toBe("more, the interval excludes zero");
    expect(verdict(around(-0.1, 0.2))).toBe("no difference can be told");
    expect(verdict({ estimate: -0.9, low: null, high: null })).toBe("no interval");
  });
});
