import type { FittedCoefficients } from "../roofline/coefficients.ts";
import type { SoftwareStack } from "../software-stack.ts";

const c = {
  dense: 0.5255,
  vector: 0.08904,
  grouped: 10.55,
  depthwise: 65.41,
  activation: 4.698,
  parameter: 10.4,
  launch: 58425,
  input: 0,
  step: 6.285e-3,
};
const none = { rows: 0, gpus: 0, networks: 0, sources: [] };
export const fittedRoofline: Readonly<
  Record<SoftwareStack, Readonly<Partial<Record<"fp32" | "fp16", FittedCoefficients>>>>
> & {
  readonly pytorch: Readonly<Record<"fp32" | "fp16", FittedCoefficients>>;
} = {
  pytorch: { fp32: { coefficients: c, ...none }, fp16: { coefficients: c, ...none } },
  tensorflow: { fp32: { coefficients: c, ...none } },
};
