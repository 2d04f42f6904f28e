// Every selection policy by its name. A new one is one line here (recipe: CONTRIBUTING).

import { ProbSelectError } from "../../foundation/errors.ts";
import type { RandomSource } from "../../foundation/random-source.ts";
import type { SelectionPolicy } from "../types.ts";
import { createFedLimPolicy } from "./fedlim.ts";
import { createProbSelectPolicy } from "./probselect.ts";

export interface PolicyOptions {
  /** The most clients of a cohort (probselect), or their number (fedlim); each policy has its own default. */
  readonly cohortSize?: number | undefined;
  readonly random: RandomSource;
}

const policies: Readonly<Record<string, (options: PolicyOptions) => SelectionPolicy>> = {
  probselect: createProbSelectPolicy,
  fedlim: createFedLimPolicy,
};

/** Names that `createPolicy` knows. */
export const policyNames: readonly string[] = Object.keys(policies);

/**
 * A new policy of that name. It may keep a state of its own between rounds (its random stream), so each run makes its own.
 *
 * @throws {ProbSelectError} selection.unknown-policy, with the known names; selection.invalid-argument for a cohort size that
 * is no whole number from 1.
 */
export function createPolicy(name: string, options: PolicyOptions): SelectionPolicy {
  const create = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (!create) {
    throw new ProbSelectError(
      "selection.unknown-policy",
      `No selection policy is named "${name}". Known policies: ${policyNames.join(", ")}.`,
    );
  }
  const { cohortSize } = options;
  if (cohortSize !== undefined && !(Number.isSafeInteger(cohortSize) && cohortSize >= 1)) {
    throw new ProbSelectError(
      "selection.invalid-argument",
      `A cohort size must be a whole number from 1 but is ${cohortSize}. Leave it out for the policy's default.`,
    );
  }
  return create(options);
}
