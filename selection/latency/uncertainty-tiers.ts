// How far a forecast of the compute time is off, by what is known about the device: the spreads that the measurements show for
// each tier, on GPUs, networks or batches that the forecast had not seen. They come from `npm run fit`, never by hand.

import type { ComputeLaw, ComputeLawKind } from "../probability/compute-law.ts";
import type { UncertaintyTier } from "../types.ts";
import { fittedSpreads } from "./fitted/spreads.ts";

/** An unknown device has no spread of its own: its forecast is a mixture of catalogue rows, each with its row's tier. */
export type KnownTier = Exclude<UncertaintyTier, "unknown">;

/** One tier's spread in each family of laws, and what it was fitted to. */
export interface FittedSpread {
  /** sd of 1 / R, where R = time / expected time: the relative sd of the utilisation. */
  readonly relativeSigma: number;
  /** sd of ln R. */
  readonly logSigma: number;
  /** Scale and degrees of freedom of ln R as Student's t. */
  readonly logScale: number;
  readonly degreesOfFreedom: number;
  /** Predictions that the forecast had not seen. */
  readonly rows: number;
  readonly evidence: string;
}

/** Specs that nobody checked have no measurements of their own: as uncertain as another vendor's. */
const measuredAs: Readonly<Record<KnownTier, keyof typeof fittedSpreads>> = {
  "measured-cell": "measured-cell",
  "same-gpu-other-batch": "same-gpu-other-batch",
  probed: "probed",
  "catalogue-nvidia": "catalogue-nvidia",
  "catalogue-other": "catalogue-other",
  "self-reported": "catalogue-other",
};

/** The fitted spread of a tier. */
export function spreadOfTier(tier: KnownTier): FittedSpread {
  return fittedSpreads[measuredAs[tier]];
}

/** The law of the compute time in a tier. @example lawOfTier("catalogue-nvidia", "normal-utilisation").relativeSigma */
export function lawOfTier(tier: KnownTier, kind: ComputeLawKind): ComputeLaw {
  const { relativeSigma, logSigma, logScale, degreesOfFreedom } = spreadOfTier(tier);
  switch (kind) {
    case "normal-utilisation":
      return { kind, relativeSigma };
    case "log-normal":
      return { kind, logSigma };
    case "log-student-t":
      return { kind, logScale, degreesOfFreedom };
  }
}
