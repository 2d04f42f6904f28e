// Whether a round fits into a client's energy budget, before any probability.

import type { Workload } from "../../workloads/workload.ts";
import type { Candidate, EnergyNeed } from "../types.ts";

/**
 * Joules of a round: the device's thermal design power for as long as it is expected to compute, and what the radio takes for
 * the bits both ways. Design power is the most that a device draws in steady work, so that the need is stated rather too high.
 *
 * @returns undefined for a client without a budget; one whose device's power is not known is given the benefit of the doubt.
 * @example // 250 W for 10 s and 2 MB at 1 nJ/bit: 2500.016 J of a budget of 3000 J: it fits
 */
export function energyNeed(candidate: Candidate, workload: Workload, computeSeconds: number): EnergyNeed | undefined {
  const { energy, device } = candidate;
  if (energy === undefined) return undefined;
  const { budgetJoules, transferJoulesPerBit = 0 } = energy;
  const watts = device.kind === "known" ? device.device.thermalDesignWatts : null;
  const transferJoules = 8 * (workload.downloadBytes + workload.uploadBytes) * transferJoulesPerBit;
  const requiredJoules = watts === null ? null : watts * computeSeconds + transferJoules;
  return {
    requiredJoules,
    availableJoules: budgetJoules,
    fits: (requiredJoules ?? transferJoules) <= budgetJoules,
  };
}
