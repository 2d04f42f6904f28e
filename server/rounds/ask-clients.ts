// What clients are asked before a round, for the policies that need it: their loss, and whether they will stay.

import type { Monitoring } from "../../selection/policy/policy.ts";
import type { SelectClientsOptions } from "../../selection/policy/select-clients.ts";
import { tableOfCandidates } from "../../selection/policy/table-of-candidates.ts";

/**
 * The clients' answers; undefined for a policy that asks nothing, and where nobody can be asked.
 *
 * @param monitor asks those of whom the policy wants a loss.
 */
export async function askClients(
  question: SelectClientsOptions,
  monitor: ((lossOf: readonly string[]) => Promise<Monitoring>) | undefined,
): Promise<Monitoring | undefined> {
  const { policy, round, seed, slo, candidates } = question;
  if (policy.needs !== "monitoring" || monitor === undefined) return undefined;
  const places = policy.asksLossOf({ round, seed, slo, candidates: tableOfCandidates(candidates, question) });
  return monitor(Array.from(places, (place) => candidates[place]?.candidate.clientId ?? ""));
}
