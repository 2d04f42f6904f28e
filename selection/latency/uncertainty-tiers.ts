// How far a forecast of the compute time is off, by what is known about the device: the spreads that the measurements show for
// each tier, on GPUs, networks or batches that the forecast had not seen. They come from `npm run fit`, never by hand.

import { type ComputeLaw, type ComputeLawKind, type LawSpreads, lawWith } from "../probability/compute-law.ts";
import type { UncertaintyTier } from "../types.ts";
import { fittedSpreads } from "./fitted/spreads.ts";
import type { SoftwareStack } from "./software-stack.ts";

/** An unknown device has no spread of its own: its forecast is a mixture of catalogue rows, each with its row's tier. */
export type KnownTier = Exclude<UncertaintyTier, "unknown">;

/** One tier's spread in each family of laws, and what it was fitted to. */
export interface FittedSpread extends LawSpreads {
  /** Predictions that the forecast had not seen. */
  readonly rows: number;
  readonly evidence: string;
}

/** The tiers that measurements tell something about; specs that nobody checked are as uncertain as another vendor's. */
export type MeasuredTier = Exclude<KnownTier, "self-reported">;

export type FittedSpreads = Readonly<Record<MeasuredTier, FittedSpread>> & {
  /** Specs alone, where the coefficients are TensorFlow's: fewer GPUs were measured with it. */
  readonly tensorflow: FittedSpread;
};

/**
 * The fitted spread of a tier.
 *
 * @param stack whose coefficients the forecast is made of; it matters where specs are all that is known.
 */
export function spreadOfTier(tier: KnownTier, stack: SoftwareStack = "pytorch"): FittedSpread {
  const own = fittedSpreads[tier === "self-reported" ? "catalogue-other" : tier];
  const isBySpecs = tier === "catalogue-nvidia" || tier === "catalogue-other" || tier === "self-reported";
  if (stack === "pytorch" || !isBySpecs) return own;
  return fittedSpreads.tensorflow.relativeSigma > own.relativeSigma ? fittedSpreads.tensorflow : own;
}

/** The law of the compute time in a tier. @example lawOfTier("catalogue-nvidia", "normal-utilisation").relativeSigma */
export function lawOfTier(tier: KnownTier, kind: ComputeLawKind, stack?: SoftwareStack): ComputeLaw {
  return lawWith(spreadOfTier(tier, stack), kind);
}
