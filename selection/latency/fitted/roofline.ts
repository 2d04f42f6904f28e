// Generated: the roofline's coefficients by software stack and precision, with their provenance. Do not edit; run
//   npm run fit -- --data ../shared/data

import type { FittedCoefficients } from "../roofline/coefficients.ts";

/** Fitted by iteratively reweighted non-negative least squares (docs/method.md, section 3). */
export const fittedRoofline: {
  readonly pytorch: Readonly<Record<"fp32" | "fp16", FittedCoefficients>>;
  readonly tensorflow: Readonly<Record<"fp32", FittedCoefficients>>;
} = {
  pytorch: {
    fp32: {
      coefficients: {
        dense: 0.484929,
        vector: 0.082486,
        grouped: 10.7677,
        depthwise: 53.7937,
        activation: 4.74941,
        parameter: 10.6263,
        launch: 58841.1,
        input: 0,
        step: 0.00846903,
      },
      rows: 334,
      gpus: 41,
      networks: 28,
      source:
        "lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark (no licence file, figures only), xiaoran007/GPU-Insights (BSD-3-Clause)",
    },
    fp16: {
      coefficients: {
        dense: 0.849352,
        vector: 0.165739,
        grouped: 9.36509,
        depthwise: 329.117,
        activation: 4.53831,
        parameter: 5.99413,
        launch: 86215.2,
        input: 0,
        step: 0.00318861,
      },
      rows: 336,
      gpus: 41,
      networks: 28,
      source:
        "lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark (no licence file, figures only), xiaoran007/GPU-Insights (BSD-3-Clause)",
    },
  },
  tensorflow: {
    fp32: {
      coefficients: {
        dense: 0.465644,
        vector: 0.0792056,
        grouped: 10.3395,
        depthwise: 75.9756,
        activation: 6.04187,
        parameter: 10.5019,
        launch: 76436.3,
        input: 1.87008e-10,
        step: 0.00138807,
      },
      rows: 717,
      gpus: 3,
      networks: 11,
      source: "ddps-lab/profet (MIT)",
    },
  },
};
