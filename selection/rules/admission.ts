// Whom the rules admit and whom they put first: by a client's id and labels alone.

import { inQuotes, listed } from "../../foundation/listed.ts";
import type { CandidateTable } from "../policy/candidate-table.ts";
import type { ClientRules } from "./client-rules.ts";
import { hasLabel, matchesPattern, type NamedClient } from "./pattern.ts";

/** More names than these make no sentence clearer. */
const NAMED = 3;

/**
 * Completes "Skipped: ..." for a client that the rules keep out, naming the rule as it was written; null for one that they admit.
 *
 * @example exclusionInWords({ exclude: ["sat-*"] }, { clientId: "sat-1" }) // 'the rule exclude "sat-*" keeps it out'
 */
export function exclusionInWords(rules: ClientRules, client: NamedClient): string | null {
  const { include, exclude, requireLabels, anyLabels, forbidLabels } = rules;
  if (include && !include.some((pattern) => matchesPattern(pattern, client))) {
    return `the rule include ${listed(include, NAMED, inQuotes)} leaves it out`;
  }
  const excluding = exclude?.find((pattern) => matchesPattern(pattern, client));
  if (excluding !== undefined) return `the rule exclude "${excluding}" keeps it out`;
  const missing = requireLabels?.find((glob) => !hasLabel(client, glob));
  if (missing !== undefined) return `it lacks the label "${missing}" that the rules require`;
  if (anyLabels && !anyLabels.some((glob) => hasLabel(client, glob))) {
    return `it has none of the labels that the rule anyLabels asks for: ${listed(anyLabels, NAMED, inQuotes)}`;
  }
  const forbidden = forbidLabels?.find((glob) => hasLabel(client, glob));
  return forbidden === undefined ? null : `the rule forbidLabels "${forbidden}" keeps it out`;
}

/** The level of each candidate; where no entry names it, what the table says, else 0. Null where all are alike. */
export function prioritiesUnder({ priority = [] }: ClientRules, candidates: CandidateTable): Float64Array | null {
  if (priority.length === 0) return candidates.priorities;
  return Float64Array.from({ length: candidates.size }, (_, index) => {
    const { candidate } = candidates.candidateAt(index);
    const first = priority.find(({ match }) => matchesPattern(match, candidate));
    return first?.level ?? candidates.priorities?.[index] ?? 0;
  });
}
