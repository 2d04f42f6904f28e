import type { FittedSpreads } from "../uncertainty-tiers.ts";
export const fittedSpreads: FittedSpreads = {
  "measured-cell": { relativeSigma: 0.03, logSigma: 0.03, logScale: 0.02, degreesOfFreedom: 3, rows: 1, evidence: "" },
  "same-gpu-other-batch": {
    relativeSigma: 0.18,
    logSigma: 0.18,
    logScale: 0.15,
    degreesOfFreedom: 4,
    rows: 1,
    evidence: "",
  },
  probed: { relativeSigma: 0.22, logSigma: 0.22, logScale: 0.2, degreesOfFreedom: 4, rows: 1, evidence: "" },
  "catalogue-nvidia": {
    relativeSigma: 0.25,
    logSigma: 0.25,
    logScale: 0.22,
    degreesOfFreedom: 10,
    rows: 1,
    evidence: "",
  },
  tensorflow: { relativeSigma: 0.4, logSigma: 0.5, logScale: 0.34, degreesOfFreedom: 3, rows: 1, evidence: "" },
  "catalogue-other": { relativeSigma: 0.4, logSigma: 0.5, logScale: 0.34, degreesOfFreedom: 3, rows: 1, evidence: "" },
};
