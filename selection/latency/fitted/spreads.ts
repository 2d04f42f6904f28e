// Generated: the spread of each uncertainty tier in each family of laws, with the predictions behind it. Do not edit; run
//   npm run fit -- --data ../shared/data

import type { FittedSpreads } from "../uncertainty-tiers.ts";

/** Fitted to what the forecasts had not seen (docs/method.md, section 4). */
export const fittedSpreads: FittedSpreads = {
  "measured-cell": {
    relativeSigma: 0.0139002,
    logSigma: 0.0138469,
    logScale: 0.0064265,
    degreesOfFreedom: 1.5,
    rows: 562,
    evidence:
      "the second half of the iterations of 562 series, predicted by the first half (lamikr/pytorch-gpu-benchmark (MIT))",
  },
  "same-gpu-other-batch": {
    relativeSigma: 0.129718,
    logSigma: 0.13071,
    logScale: 0.0914967,
    degreesOfFreedom: 2.5,
    rows: 2670,
    evidence:
      "steps at one batch size from each other one of the same GPU, network and image size (ddps-lab/profet (MIT))",
  },
  probed: {
    relativeSigma: 0.188634,
    logSigma: 0.179918,
    logScale: 0.155933,
    degreesOfFreedom: 4,
    rows: 476,
    evidence:
      "steps of other networks from resnet50, vgg16, densenet121 timed on the same machine (lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark (no licence file, figures only), xiaoran007/GPU-Insights (BSD-3-Clause))",
  },
  "catalogue-nvidia": {
    relativeSigma: 0.262754,
    logSigma: 0.254075,
    logScale: 0.226997,
    degreesOfFreedom: 10,
    rows: 400,
    evidence:
      "steps on NVIDIA GPUs, neither GPU nor network seen by the fit (lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark (no licence file, figures only), xiaoran007/GPU-Insights (BSD-3-Clause))",
  },
  "catalogue-other": {
    relativeSigma: 0.35443,
    logSigma: 0.41429,
    logScale: 0.340908,
    degreesOfFreedom: 2.5,
    rows: 270,
    evidence:
      "steps on other vendors' GPUs, neither GPU nor network seen by the fit (lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark (no licence file, figures only), xiaoran007/GPU-Insights (BSD-3-Clause))",
  },
  tensorflow: {
    relativeSigma: 0.419838,
    logSigma: 0.437632,
    logScale: 0.46457,
    degreesOfFreedom: 20,
    rows: 717,
    evidence: "TensorFlow steps, neither GPU nor network seen by the fit (ddps-lab/profet (MIT))",
  },
};
