// Which fitted coefficients a step is forecast with: those of the software that trains, at its precision. They come from
// `npm run fit` (selection/latency/fitted/), never by hand.

import type { NumericPrecision } from "../../../workloads/workload.ts";
import { fittedRoofline } from "../fitted/roofline.ts";
import type { SoftwareStack } from "../software-stack.ts";
import type { StepFeatureName } from "./step-features.ts";

/**
 * How much longer a part of a real step takes than at its listed rate; `launch` is clock cycles a kernel, `input` seconds a byte
 * and `step` seconds a step.
 * `dense` may be below 1: Winograd convolutions execute fewer multiplications than are counted.
 */
export type RooflineCoefficients = Readonly<Record<StepFeatureName, number>>;

/** One fit: the coefficients of a software stack at a precision, and the measurements behind them. */
export interface FittedCoefficients {
  readonly coefficients: RooflineCoefficients;
  readonly rows: number;
  readonly gpus: number;
  readonly networks: number;
  readonly source: string;
}

export interface ChosenCoefficients {
  readonly coefficients: RooflineCoefficients;
  /** The stack whose measurements were fitted; another one than asked for where that has none at this precision. */
  readonly stack: SoftwareStack;
}

/** TF32 moves fp32; bf16 computes and moves like fp16. */
export function fittedPrecision(precision: NumericPrecision): "fp32" | "fp16" {
  return precision === "fp16" || precision === "bf16" ? "fp16" : "fp32";
}

/** The coefficients for a stack and a precision, PyTorch's where the stack was not measured at that precision. */
export function chooseCoefficients(stack: SoftwareStack, precision: NumericPrecision): ChosenCoefficients {
  const wanted = fittedPrecision(precision);
  const fits: Readonly<Partial<Record<"fp32" | "fp16", FittedCoefficients>>> = fittedRoofline[stack];
  const own = fits[wanted];
  return own
    ? { coefficients: own.coefficients, stack }
    : { coefficients: fittedRoofline.pytorch[wanted].coefficients, stack: "pytorch" };
}
