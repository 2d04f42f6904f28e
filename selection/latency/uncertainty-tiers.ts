// How far a forecast of the utilisation is off, by what is known about the device: the relative standard deviation that the
// measurement study found for each tier (its residuals on GPUs, networks or batches that the coefficients had not seen).

import type { UncertaintyTier } from "../types.ts";

/** An unknown device has no spread of its own: its forecast is a mixture of catalogue rows, each with its row's tier. */
export type KnownTier = Exclude<UncertaintyTier, "unknown">;

/** sigma_i / mu_i of the utilisation. */
export const relativeSigma: Readonly<Record<KnownTier, number>> = {
  /** This GPU, network, batch and software were measured: run-to-run noise. */
  "measured-cell": 0.03,
  /** Measured at another batch size. */
  "same-gpu-other-batch": 0.18,
  /** Three other networks were timed on this GPU. */
  probed: 0.22,
  /** Static specs of an NVIDIA GPU, whose relatives make up most of the measurements. */
  "catalogue-nvidia": 0.29,
  /** Static specs of another vendor. */
  "catalogue-other": 0.43,
  /** Specs that nobody checked. */
  "self-reported": 0.43,
};
