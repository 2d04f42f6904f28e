import { describe, expect, it } from "vitest";
import { believedStep } from "../../../../experiments/simulation/world/believed-step.ts";
import { findStepModel } from "../../../../selection/latency/find-latency-model.ts";
import { totalSeconds } from "../../../../selection/latency/roofline/step-terms.ts";
import { computeLawKinds, spreadOf } from "../../../../selection/probability/compute-law.ts";
import { known, lenetWorkload } from "../../../selection/support.ts";

describe("what a forecaster believes", () => {
  const model = findStepModel("roofline");

  it("is its model where the scenario changes nothing", () => {
    expect(believedStep(model, { timeFactor: 1, spreadFactor: 1 })).toBe(model);
  });

  it.each(computeLawKinds)("is other times and spreads where it does, under the law %s", (lawKind) => {
    const plain = findStepModel("roofline", { lawKind })(known(), undefined, lenetWorkload);
    const wrong = believedStep(findStepModel("roofline", { lawKind }), { timeFactor: 3, spreadFactor: 0.5 });
    const step = wrong(known(), undefined, lenetWorkload);
    expect(step.secondsPerStep).toBeCloseTo(3 * plain.secondsPerStep, 12);
    expect(step.terms && totalSeconds(step.terms)).toBeCloseTo(3 * plain.secondsPerStep, 12);
    const [before, after] = [plain, step].map(({ components }) => components[0]);
    expect(after?.expectedSeconds).toBeCloseTo(3 * (before?.expectedSeconds ?? 0), 12);
    expect(after && spreadOf(after.law)).toBeCloseTo(0.5 * (before ? spreadOf(before.law) : 0), 12);
    expect({ ...after?.law, ...before?.law }).toEqual(before?.law);
    expect(step.tierReason).toContain("expected times 3 and spreads 0.5 times");
  });

  it("is certain without any spread", () => {
    const step = believedStep(model, { timeFactor: 1, spreadFactor: 0 })(known(), undefined, lenetWorkload);
    expect(step.components.map(({ law }) => spreadOf(law))).toEqual([0]);
  });
});
