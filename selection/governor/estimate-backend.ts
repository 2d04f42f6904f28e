// What a client's round would be on one of its back-ends: the latency model's forecast, and how far measured trainings were from it
// where the operator lets them count.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { LONGEST_SECONDS, requireUsableForecast } from "../latency/require-forecastable.ts";
import { transferAndStartSeconds } from "../latency/round-parts.ts";
import type {
  Candidate,
  LatencyForecast,
  LatencyModel,
  ResolvedDevice,
  ServiceLevelObjective,
  UncertaintyTier,
} from "../types.ts";

/** One of the ways in which a client can train: what computes, and on which device. */
export interface BackendOption {
  readonly backend: string;
  readonly device: ResolvedDevice;
}

/** What back-ends are compared for. */
export interface BackendQuestion {
  readonly latencyModel: LatencyModel;
  readonly workload: Workload;
  readonly slo: ServiceLevelObjective;
}

export interface BackendEstimate {
  readonly backend: string;
  readonly tier: UncertaintyTier;
  /** Of the round at mean utilisation, `slowdown` included. */
  readonly expectedSeconds: number;
  /** Of one training step, as forecast. */
  readonly secondsPerStep: number;
  readonly deadlineProbability: number;
  /** Whether memory and energy suffice. */
  readonly fits: boolean;
  /** Measured over forecast seconds of a step, where measured trainings count and there are any. */
  readonly measuredRatio?: number | undefined;
}

/** One that the latency model can say nothing of. */
export interface UnusableBackend {
  readonly backend: string;
  /** A sentence. */
  readonly unusable: string;
}

/**
 * @param slowdown above 0: the computation takes so many times what the latency model says.
 * @throws what is no ProbSelectError: a fault of the latency model, not of a client's facts.
 */
export function estimateBackend(
  { backend, device }: BackendOption,
  client: Candidate,
  question: BackendQuestion,
  slowdown = 1,
): BackendEstimate | UnusableBackend {
  const candidate: Candidate = { ...client, backend, device };
  const { workload, slo } = question;
  try {
    const forecast = question.latencyModel.forecast(candidate, workload, slo);
    requireUsableForecast({ candidate, forecast });
    const { atMeanUtilisation, memory, energy } = forecast;
    const { computeSeconds, totalSeconds } = atMeanUtilisation;
    const steps = stepCount(workload, candidate.exampleCount);
    return {
      backend,
      tier: forecast.tier,
      expectedSeconds: totalSeconds + (slowdown - 1) * computeSeconds,
      secondsPerStep: steps === 0 ? 0 : computeSeconds / steps,
      deadlineProbability: slowedProbability(forecast, candidate, question, slowdown),
      fits: memory.fits && (energy?.fits ?? true),
    };
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    return { backend, unusable: messageOf(thrown) };
  }
}

/**
 * A computation that takes `slowdown` times as long is in time if the forecast one is within so much less of what the transfers
 * leave. The link's spread is taken at the shorter deadline: an approximation, for any law, that is exact for a link without one.
 */
function slowedProbability(
  forecast: LatencyForecast,
  candidate: Candidate,
  { latencyModel, workload, slo }: BackendQuestion,
  slowdown: number,
): number {
  const others = transferAndStartSeconds(forecast.atMeanUtilisation);
  const left = slo.deadlineSeconds - others;
  if (slowdown === 1 || left <= 0) return forecast.deadlineProbability;
  const deadlineSeconds = Math.min(LONGEST_SECONDS, others + left / slowdown);
  const slowed = latencyModel.forecast(candidate, workload, { ...slo, deadlineSeconds });
  requireUsableForecast({ candidate, forecast: slowed });
  return slowed.deadlineProbability;
}
