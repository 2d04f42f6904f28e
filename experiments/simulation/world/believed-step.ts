// What the forecaster of a world believes of a training step: a model of the step, made wrong on purpose where the scenario says so.

import { scaledTerms } from "../../../selection/latency/roofline/step-terms.ts";
import type { StepModel } from "../../../selection/latency/step-forecast.ts";
import type { ComputeLaw } from "../../../selection/probability/compute-law.ts";
import type { World } from "../scenario.ts";

/**
 * The model with every expected time multiplied by `timeFactor` and every spread by `spreadFactor`; the model itself where both
 * are 1.
 */
export function believedStep(
  model: StepModel,
  { timeFactor, spreadFactor }: Pick<World["forecast"], "timeFactor" | "spreadFactor">,
): StepModel {
  if (timeFactor === 1 && spreadFactor === 1) return model;
  const change = `The scenario makes expected times ${timeFactor} and spreads ${spreadFactor} times as large.`;
  return (device, backend, workload) => {
    const step = model(device, backend, workload);
    return {
      ...step,
      tierReason: `${step.tierReason} ${change}`,
      secondsPerStep: step.secondsPerStep * timeFactor,
      terms: step.terms && scaledTerms(step.terms, timeFactor),
      components: step.components.map(({ expectedSeconds, law }) => ({
        expectedSeconds: expectedSeconds * timeFactor,
        law: widened(law, spreadFactor),
      })),
    };
  };
}

function widened(law: ComputeLaw, factor: number): ComputeLaw {
  switch (law.kind) {
    case "normal-utilisation":
      return { ...law, relativeSigma: law.relativeSigma * factor };
    case "log-normal":
      return { ...law, logSigma: law.logSigma * factor };
    case "log-student-t":
      return { ...law, logScale: law.logScale * factor };
  }
}
