// The policies that studies compare, each with the same budget: it asks as many clients as an over-provisioned round does, so that no
// policy is better for asking more. Two have budgets of their own: the paper's rule as published asks all that qualify, quorum what
// its objective needs.

import type { PolicyChoice } from "../../simulation/scenario.ts";
import { policyOf } from "./run-cells.ts";

/** Bonawitz et al. 2019 ask 1.3 times as many as they need. */
export const OVER_PROVISION = 1.3;

/**
 * The paper's rule with a number of clients, taken at random from those that qualify. Named so that nobody takes it for the package's
 * default, which asks the most probable of them, or all.
 */
export const PROBSELECT_ANY = "probselect, any";

/** @param requiredUpdates k. */
export function budgetOf(requiredUpdates: number): number {
  return Math.round(OVER_PROVISION * requiredUpdates);
}

/** Policies that need static specs alone: what an aggregator can use from its first round on. */
export function staticContenders(requiredUpdates: number): readonly PolicyChoice[] {
  const cohortSize = budgetOf(requiredUpdates);
  return [
    policyOf("fedlim", { cohortSize }),
    policyOf("over-provision", { cohortSize: requiredUpdates, settings: { factor: OVER_PROVISION } }),
    policyOf("fedcs", { cohortSize }),
    policyOf("fixed-utilisation", { cohortSize }),
    policyOf("probselect", { label: PROBSELECT_ANY, cohortSize, settings: { pick: "random" } }),
    policyOf("probselect", { label: "probselect, all" }),
    policyOf("quorum", { settings: { requiredUpdates } }),
  ];
}

/** Those that watch clients, and the bound that nobody reaches. */
export function learningContenders(requiredUpdates: number): readonly PolicyChoice[] {
  const cohortSize = budgetOf(requiredUpdates);
  return [
    policyOf("oort", { cohortSize }),
    policyOf("tifl", { cohortSize }),
    policyOf("e3cs", { cohortSize }),
    policyOf("oracle", { cohortSize: requiredUpdates }),
  ];
}

/** REFL asks first whom it expects to leave. Where everybody stays, as at L2, it is a uniform sample: fedlim under another name. */
export function presenceContenders(requiredUpdates: number): readonly PolicyChoice[] {
  return [policyOf("refl", { cohortSize: budgetOf(requiredUpdates), settings: { lateUpdates: "discarded" } })];
}
