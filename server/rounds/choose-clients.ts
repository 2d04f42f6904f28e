// The policy's choice, where a policy that cannot choose costs the round and not the run: a user's own code may break.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { roundForecast } from "../../selection/policy/round-forecast.ts";
import { type RoundDecision, type SelectClientsOptions, selectClients } from "../../selection/policy/select-clients.ts";

export interface RoundChoice extends RoundDecision {
  /** Why nobody was chosen, where the policy failed. */
  readonly failure?: string | undefined;
}

/** What the policy chose; if it throws a ProbSelectError, every candidate is skipped with its message as the reason. */
export function chooseClients(options: SelectClientsOptions): RoundChoice {
  try {
    return selectClients(options);
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    const failure = messageOf(thrown);
    const { candidates, slo } = options;
    const decisions = candidates.map(({ candidate: { clientId }, forecast }) => {
      return { clientId, selected: false, reasonCode: "not-chosen" as const, reason: `Skipped: ${failure}`, forecast };
    });
    return {
      decisions,
      deadlineSeconds: slo.deadlineSeconds,
      roundEnd: { kind: "deadline" },
      forecast: roundForecast(decisions, slo.deadlineSeconds, undefined),
      note: undefined,
      failure,
    };
  }
}
