// What a latency model says of one training step on a device, before any client's link, examples or deadline: the seam between
// the models and what they share, the round around the step.

import type { Workload } from "../../workloads/workload.ts";
import type { ComputeComponent } from "../probability/round-time.ts";
import type { ComputeTerms, ResolvedDevice, UncertaintyTier } from "../types.ts";

export interface StepForecast {
  readonly tier: UncertaintyTier;
  /** What is known, why the tier follows from it, and whose measurements stand behind the time. */
  readonly tierReason: string;
  /** P_i, or null where no peak is known. */
  readonly peakFlopPerSecond: number | null;
  /** Seconds of a step at the mean utilisation; for a mixture its median component's. */
  readonly secondsPerStep: number;
  /** The terms of `secondsPerStep`, where it is made up of them. */
  readonly terms: ComputeTerms | null;
  /** The step's law: one component, or equally likely ones for an unknown device. */
  readonly components: readonly ComputeComponent[];
}

/** Pure. The same device, back-end and workload give the same step whatever the client's link, examples and deadline. */
export type StepModel = (device: ResolvedDevice, backend: string | undefined, workload: Workload) => StepForecast;
