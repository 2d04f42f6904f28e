import type { FittedUtilisations } from "../paper/paper-step.ts";
export const fittedUtilisations: FittedUtilisations = {
  devices: {},
  generations: {},
  all: { fp32: { mean: 0.2, standardDeviation: 0.2, rows: 1 }, fp16: { mean: 0.1, standardDeviation: 0.1, rows: 1 } },
};
