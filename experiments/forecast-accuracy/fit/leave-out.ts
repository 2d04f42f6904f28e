// Cross-validation: every step is predicted by a fit to steps that share nothing with it of what is left out.

import { generationOf } from "../../../selection/latency/paper/paper-step.ts";
import type { MeasuredStep } from "../measured-steps.ts";

/** What a fit has never seen of the steps that it predicts. */
export type LeftOut = "gpu" | "network" | "gpu-and-network" | "generation";

/** The catalogue row. */
export const gpuOf = ({ device }: MeasuredStep): string => device.device.name;
/** Vendor and architecture. */
export const generationOfStep = ({ device }: MeasuredStep): string => generationOf(device.device);

const keys: Readonly<Record<LeftOut, (step: MeasuredStep) => readonly string[]>> = {
  gpu: (step) => [gpuOf(step)],
  network: ({ network }) => [network],
  "gpu-and-network": (step) => [gpuOf(step), step.network],
  generation: (step) => [generationOfStep(step)],
};

/** Whether `other` must be hidden from a fit that predicts `step`: one thing in common is enough. */
export function isLeftOut(leftOut: LeftOut, step: MeasuredStep, other: MeasuredStep): boolean {
  const others = keys[leftOut](other);
  return keys[leftOut](step).some((key, index) => key === others[index]);
}

/** Steps with the same group are predicted by the same fit. */
export function groupOf(leftOut: LeftOut, step: MeasuredStep): string {
  return JSON.stringify(keys[leftOut](step));
}

/**
 * Predicts every step from the others.
 *
 * @param steps what is learned from and predicted; e.g. of one precision.
 * @param learn from steps to whatever `predict` needs; called once a group.
 * @returns in the order of `steps`; a step without others to learn from has no prediction.
 */
export function predictLeftOut<Step extends MeasuredStep, Fitted, Predicted>(
  steps: readonly Step[],
  leftOut: LeftOut,
  learn: (others: readonly Step[]) => Fitted,
  predict: (step: Step, fitted: Fitted) => Predicted,
): readonly Predicted[] {
  const fits = new Map<string, readonly Fitted[]>();
  return steps.flatMap((step) => {
    const group = groupOf(leftOut, step);
    let fitted = fits.get(group);
    if (fitted === undefined) {
      const others = steps.filter((other) => !isLeftOut(leftOut, step, other));
      fitted = others.length === 0 ? [] : [learn(others)];
      fits.set(group, fitted);
    }
    return fitted.map((each) => predict(step, each));
  });
}
