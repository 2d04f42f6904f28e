// Which back-end a client trains with: those that keep the service-level objective before those that do not, then the fastest. One
// that is in work is given up only for one that is clearly better, and not twice within a window of rounds.

import { formatProbability, formatSeconds } from "../quantities.ts";
import type { Candidate } from "../types.ts";
import {
  type BackendEstimate,
  type BackendOption,
  type BackendQuestion,
  estimateBackend,
  type UnusableBackend,
} from "./estimate-backend.ts";

/** How reluctant a client is moved. */
export interface GovernorLimits {
  /** Another back-end must be better even if its training took longer by this share. */
  readonly hysteresis: number;
  /** In any so many rounds in a row a client is moved once at most, unless its back-end cannot be used any more or asks too much of its device. */
  readonly windowRounds: number;
}

/** Why a client trains with what it does. */
export type BackendReasonCode =
  /** It is the only one that can be used; or none can be forecast, and the client's own preference stands. */
  | "only-usable"
  | "preferred"
  /** The first choice among several. */
  | "in-time"
  | "likeliest"
  /** It was in work, and nothing is better, or not by enough, or it is too early to change again. */
  | "still-best"
  | "within-hysteresis"
  | "within-window"
  /** Another was in work: it was too slow for the objective, or slower than this one, or cannot be used. */
  | "moved-for-deadline"
  | "moved-for-speed"
  | "moved-from-unusable";

export interface BackendDecision {
  readonly clientId: string;
  readonly backend: string;
  /** What it trained with before, where that changes. */
  readonly from?: string | undefined;
  readonly reasonCode: BackendReasonCode;
  /** One sentence with the numbers, for people. */
  readonly reason: string;
  readonly estimates: readonly (BackendEstimate | UnusableBackend)[];
}

/** What a client's back-ends are judged by. */
export interface BackendChoices {
  readonly client: Candidate;
  /** At least one, the client's own preference first. */
  readonly options: readonly BackendOption[];
  /** What is in work; absent before the first choice. */
  readonly current?: string | undefined;
  /** The client was moved in one of the last rounds. */
  readonly isInWindow: boolean;
  /** Measured over forecast seconds of a step, of those back-ends that have been measured. */
  readonly ratios: ReadonlyMap<string, number>;
  /** Sentences on those that the client could not start. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Pure: the same choices give the same decision. */
export function decideBackend(
  choices: BackendChoices,
  question: BackendQuestion,
  { hysteresis }: Pick<GovernorLimits, "hysteresis">,
): BackendDecision {
  const { client, options, current, isInWindow } = choices;
  const judge = (slowdown: number) => options.map((option) => judged(option, choices, question, slowdown));
  const estimates = judge(1);
  const minimum = question.slo.minimumProbability;
  const best = bestOf(estimates, minimum);
  const decide = (backend: string, reasonCode: BackendReasonCode): BackendDecision => {
    const from = current === undefined || current === backend ? undefined : current;
    const reason = sentence({ backend, from, reasonCode }, estimates);
    return { clientId: client.clientId, backend, ...(from !== undefined && { from }), reasonCode, reason, estimates };
  };
  if (best === undefined) return decide(current ?? (options[0] as BackendOption).backend, "preferred");
  const usable = estimates.filter(isUsable);
  const inWork = usable.find(({ backend }) => backend === current);
  if (inWork === undefined) {
    if (current !== undefined) return decide(best.backend, "moved-from-unusable");
    if (usable.length === 1) return decide(best.backend, "only-usable");
    return decide(best.backend, best.deadlineProbability >= minimum ? "in-time" : "likeliest");
  }
  if (best.backend === inWork.backend) return decide(inWork.backend, "still-best");
  const handicapped = judge(1 + hysteresis).filter(isUsable);
  const challengers = handicapped.filter(({ backend }) => backend !== inWork.backend);
  const challenger = bestOf(challengers, minimum);
  if (challenger === undefined || bestOf([inWork, challenger], minimum) === inWork) {
    return decide(inWork.backend, "within-hysteresis");
  }
  if (isInWindow && (inWork.fits || !challenger.fits)) return decide(inWork.backend, "within-window");
  const isTooSlow = inWork.deadlineProbability < minimum && challenger.deadlineProbability >= minimum;
  return decide(challenger.backend, isTooSlow ? "moved-for-deadline" : "moved-for-speed");
}

function judged(
  option: BackendOption,
  { client, ratios, broken }: BackendChoices,
  question: BackendQuestion,
  handicap: number,
): BackendEstimate | UnusableBackend {
  const { backend } = option;
  const unusable = broken.get(backend);
  if (unusable !== undefined) return { backend, unusable };
  const measuredRatio = ratios.get(backend);
  const estimate = estimateBackend(option, client, question, (measuredRatio ?? 1) * handicap);
  return "unusable" in estimate || measuredRatio === undefined ? estimate : { ...estimate, measuredRatio };
}

/** The best of those that can be used; the earlier of two that are equal. */
function bestOf(estimates: readonly (BackendEstimate | UnusableBackend)[], minimum: number) {
  return estimates
    .filter(isUsable)
    .reduce<BackendEstimate | undefined>(
      (best, next) => (best === undefined || isBetter(next, best, minimum) ? next : best),
      undefined,
    );
}

function isBetter(one: BackendEstimate, other: BackendEstimate, minimum: number): boolean {
  if (one.fits !== other.fits) return one.fits;
  const isInTime = one.deadlineProbability >= minimum;
  if (isInTime !== other.deadlineProbability >= minimum) return isInTime;
  if (isInTime || one.deadlineProbability === other.deadlineProbability) {
    return one.expectedSeconds < other.expectedSeconds;
  }
  return one.deadlineProbability > other.deadlineProbability;
}

function isUsable(estimate: BackendEstimate | UnusableBackend): estimate is BackendEstimate {
  return !("unusable" in estimate);
}

const phrases: Readonly<Record<BackendReasonCode, string>> = {
  "only-usable": "the only one that can be used",
  preferred: "none can be forecast, so what the client prefers or has stands",
  "in-time": "the fastest that keeps the objective",
  likeliest: "none keeps the objective, and it is the likeliest to be in time",
  "still-best": "still the best",
  "within-hysteresis": "another seems better, but not by enough to move",
  "within-window": "another is better, but the client was moved a few rounds ago",
  "moved-for-deadline": "what it trained with does not keep the objective",
  "moved-for-speed": "clearly faster than what it trained with",
  "moved-from-unusable": "what it trained with cannot be used any more",
};

function sentence(
  { backend, from, reasonCode }: Pick<BackendDecision, "backend" | "from" | "reasonCode">,
  estimates: readonly (BackendEstimate | UnusableBackend)[],
): string {
  const head = from === undefined ? backend : `${backend} instead of ${from}`;
  return `${head}: ${phrases[reasonCode]} (${estimates.map(inShort).join("; ")}).`;
}

function inShort(estimate: BackendEstimate | UnusableBackend): string {
  const { backend } = estimate;
  if ("unusable" in estimate) return `${backend} cannot be used: ${estimate.unusable.replace(/\.$/, "")}`;
  const { expectedSeconds, deadlineProbability, fits, measuredRatio } = estimate;
  const measured = measuredRatio === undefined ? "" : `, measured at ${measuredRatio.toFixed(2)} times its forecast`;
  const tooLarge = fits ? "" : ", needs more than the device has";
  return `${backend} ${formatSeconds(expectedSeconds)}, in time with ${formatProbability(deadlineProbability)}${measured}${tooLarge}`;
}
