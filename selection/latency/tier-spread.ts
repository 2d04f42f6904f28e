// How far a forecast can be off, by what is known about the device: the relative standard deviation of its utilisation.

import type { UncertaintyTier } from "../types.ts";

/**
 * s_eta / mu_eta. Rounded residuals of the fit that gave the coefficients: between GPUs of a known NVIDIA architecture 0.29, other
 * vendors 0.43; with times measured on the device they shrink. A device that nobody vouches for gets the widest.
 */
export const tierSpread: Readonly<Record<UncertaintyTier, number>> = {
  "measured-cell": 0.03,
  "same-gpu-other-batch": 0.18,
  probed: 0.22,
  "catalogue-nvidia": 0.29,
  "catalogue-other": 0.43,
  "self-reported": 0.43,
  unknown: 0.43,
};
