// The law of a step that was itself timed: as uncertain as its tier, or as its own repeats were if they differed more.

import type { ComputeLaw } from "../../probability/compute-law.ts";

/**
 * @param law the tier's.
 * @param relativeSpread robust sd of the cell's mean step over its repeats, as a share of its time.
 * @example measuredLaw({ kind: "log-normal", logSigma: 0.03 }, 0.1) // { kind: "log-normal", logSigma: 0.1 }
 */
export function measuredLaw(law: ComputeLaw, relativeSpread: number): ComputeLaw {
  switch (law.kind) {
    case "normal-utilisation":
      return { ...law, relativeSigma: Math.max(law.relativeSigma, relativeSpread) };
    case "log-normal":
      return { ...law, logSigma: Math.max(law.logSigma, relativeSpread) };
    case "log-student-t":
      return { ...law, logScale: Math.max(law.logScale, relativeSpread) };
  }
}
