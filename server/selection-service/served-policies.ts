// The policies that a selection service can be asked for: those of the package, and the operator's own module if the command line
// names one. A request names policies only; it never loads code.

import { createPolicy, type PolicyOptions, policySummaries } from "../../selection/policies/find-policy.ts";
import type { PolicyNeed, SelectionPolicy } from "../../selection/policy/policy.ts";
import { underRules } from "../../selection/rules/ruled-policy.ts";
import type { PolicyTerms } from "./request-schema.ts";

export interface ServedPolicies {
  /** Taken where a request names none. */
  readonly defaultName: string;
  readonly summaries: readonly { readonly name: string; readonly needs: PolicyNeed; readonly summary: string }[];
  /** A new run of the policy that a request asks for. @throws {ProbSelectError} as `createPolicy` and `underRules`. */
  readonly create: (terms: PolicyTerms) => SelectionPolicy;
}

/**
 * @param defaultName of a policy of the package; without one that of `own`.
 * @param own makes runs of the operator's policy.
 * @throws {ProbSelectError} selection.unknown-policy.
 */
export function servedPolicies(
  defaultName: string | undefined,
  own?: (options: PolicyOptions) => SelectionPolicy,
): ServedPolicies {
  const ownOne = own?.({});
  const takenName = defaultName ?? ownOne?.name ?? "probselect";
  const create = ({ policy = takenName, rules, ...options }: PolicyTerms) =>
    underRules(own !== undefined && policy === ownOne?.name ? own(options) : createPolicy(policy, options), rules);
  const summary = "the operator's own, of the command line";
  return {
    defaultName: create({ settings: {} }).name,
    summaries: [...policySummaries, ...(ownOne ? [{ name: ownOne.name, needs: ownOne.needs, summary }] : [])],
    create,
  };
}
