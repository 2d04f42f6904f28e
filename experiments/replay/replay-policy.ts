// What a policy would have got: selects round by round on the same forecasts, and takes each client's time from the same
// truth as the run that it is compared with (common random numbers). No training, so no accuracy.

import type { SelectionPolicy } from "../../selection/policy/policy.ts";
import { selectClients } from "../../selection/policy/select-clients.ts";
import type { ClientWork, ForecastCandidate, ServiceLevelObjective } from "../../selection/types.ts";

/** How long a client really takes in a round, whoever selects it. */
export interface TrueDuration {
  readonly downloadSeconds: number;
  readonly computeSeconds: number;
  readonly uploadSeconds: number;
}

/**
 * The truth that every policy of a comparison shares: the same (client, round, work) always gives the same duration. Without
 * `work` the client trains on all of its examples, as often as the run's settings say.
 */
export type Truth = (clientId: string, round: number, work?: ClientWork) => TrueDuration;

export interface ReplayedRound {
  readonly round: number;
  readonly selected: readonly string[];
  readonly completed: readonly string[];
  readonly usefulDeviceSeconds: number;
  readonly wastedDeviceSeconds: number;
}

export interface PolicyReplay {
  readonly policy: string;
  readonly rounds: readonly ReplayedRound[];
  /** Micro average, completed / selected over all rounds; null if nobody was ever selected. */
  readonly sloCompliance: number | null;
  readonly usefulDeviceSeconds: number;
  readonly wastedDeviceSeconds: number;
}

/**
 * Device-seconds that a client spent in a round that ends for it at the deadline: its whole compute time if it finished,
 * else the part of it between the end of the download and the deadline.
 *
 * @example deviceSecondsSpent({ downloadSeconds: 1, computeSeconds: 5, uploadSeconds: 1 }, 4) // 3
 */
export function deviceSecondsSpent(duration: TrueDuration, deadlineSeconds: number): number {
  return Math.min(duration.computeSeconds, Math.max(0, deadlineSeconds - duration.downloadSeconds));
}

/**
 * Replays `policyForRound` over rounds 1 .. `roundCount`. A client completes if download + compute + upload is at most
 * the deadline; the others are cut off there and what they spent is waste.
 */
export function replayPolicy(options: {
  readonly policyForRound: (round: number) => SelectionPolicy;
  readonly roundCount: number;
  /** Seeds the policy's draws. */
  readonly seed: number;
  readonly candidates: readonly ForecastCandidate[];
  readonly slo: ServiceLevelObjective;
  readonly truth: Truth;
}): PolicyReplay {
  const { deadlineSeconds } = options.slo;
  const rounds = Array.from({ length: options.roundCount }, (_, index): ReplayedRound => {
    const round = index + 1;
    const { slo, candidates, seed } = options;
    const { decisions } = selectClients({ policy: options.policyForRound(round), round, seed, slo, candidates });
    const outcomes = decisions
      .filter(({ selected }) => selected)
      .map(({ clientId, work }) => {
        const duration = options.truth(clientId, round, work);
        const total = duration.downloadSeconds + duration.computeSeconds + duration.uploadSeconds;
        return { clientId, onTime: total <= deadlineSeconds, spent: deviceSecondsSpent(duration, deadlineSeconds) };
      });
    const onTime = outcomes.filter((outcome) => outcome.onTime);
    return {
      round,
      selected: outcomes.map(({ clientId }) => clientId),
      completed: onTime.map(({ clientId }) => clientId),
      usefulDeviceSeconds: sum(onTime.map(({ spent }) => spent)),
      wastedDeviceSeconds: sum(outcomes.filter((outcome) => !outcome.onTime).map(({ spent }) => spent)),
    };
  });
  const selectedCount = sum(rounds.map(({ selected }) => selected.length));
  return {
    policy: options.policyForRound(1).name,
    rounds,
    sloCompliance: selectedCount === 0 ? null : sum(rounds.map(({ completed }) => completed.length)) / selectedCount,
    usefulDeviceSeconds: sum(rounds.map((round) => round.usefulDeviceSeconds)),
    wastedDeviceSeconds: sum(rounds.map((round) => round.wastedDeviceSeconds)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
