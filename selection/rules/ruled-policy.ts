// A named policy under the operator's rules, where the policy can keep them: what a configuration asks for.

import { ProbSelectError } from "../../foundation/errors.ts";
import { createPolicy, type PolicyOptions, policyHonoursPriorities, policyNames } from "../policies/find-policy.ts";
import type { SelectionPolicy } from "../policy/policy.ts";
import { type ClientRules, hasRules } from "./client-rules.ts";
import { withClientRules } from "./with-client-rules.ts";

/**
 * A new run of the policy of that name, under the rules if there are any.
 *
 * @throws {ProbSelectError} as `createPolicy` and `withClientRules`; selection.invalid-argument for priorities under a policy that
 * would not heed them.
 */
export function createRuledPolicy(
  name: string,
  { rules, ...options }: PolicyOptions & { readonly rules?: ClientRules | undefined },
): SelectionPolicy {
  return underRules(createPolicy(name, options), rules);
}

/**
 * A policy under the rules, if there are any.
 *
 * @throws {ProbSelectError} as `withClientRules`; selection.invalid-argument for priorities that it would not heed.
 */
export function underRules(policy: SelectionPolicy, rules: ClientRules | undefined): SelectionPolicy {
  if (!hasRules(rules)) return policy;
  requireHonoured(rules, policy.name, policyNames.filter(policyHonoursPriorities));
  return withClientRules(policy, rules);
}

/**
 * @param honouring names of the policies that rank by priority.
 * @throws {ProbSelectError} selection.invalid-argument for priorities under any other.
 */
export function requireHonoured({ priority = [] }: ClientRules, name: string, honouring: readonly string[]): void {
  if (priority.length === 0 || honouring.includes(name)) return;
  throw new ProbSelectError(
    "selection.invalid-argument",
    `The policy "${name}" puts no client first, so the rule priority (${priority.length} entries) would have no effect. Take a ` +
      `policy that does (${honouring.join(", ")}), or leave the rule out.`,
  );
}
