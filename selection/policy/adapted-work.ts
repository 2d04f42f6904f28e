// Adaptive work: the most that a slow client can be asked to do so that it is still probable enough to be on time. The probability
// never rises with the steps, so the most is found by search, for any latency model; with a certain link it equals the closed
// form n* = floor(q(1 - p) * B * peak / (F * E)), q the quantile of the utilisation and B the time that the transfers leave.

import { stepCount } from "../../workloads/round-workload.ts";
import { computeQuantile } from "../probability/compute-law.ts";
import { normalCdf, normalQuantile } from "../probability/normal-distribution.ts";
import { type RoundTimeLaw, roundTimeCdf } from "../probability/round-time.ts";
import type { ClientWork } from "../types.ts";
import type { AdaptedWork, AdaptedWorkRequest } from "./candidate-table.ts";

/** p with some work. */
export interface WorkOutlook {
  /** Never rises with the examples or the epochs. */
  readonly probabilityOf: (work: ClientWork) => number;
  /** About how much of the full work has probability p; what is wrong with it costs time only. */
  readonly shareGuess: (probability: number) => number;
}

/**
 * The largest work with which p reaches the minimum, in whole batches.
 *
 * @param options.full what the client would do if nothing less were asked; it is the answer where it is probable enough.
 */
export function largestWork(
  options: AdaptedWorkRequest & {
    readonly full: ClientWork;
    readonly batchSize: number;
    readonly outlook: WorkOutlook;
  },
): AdaptedWork {
  const { full, batchSize, minimumProbability, reduces, outlook } = options;
  const fullProbability = outlook.probabilityOf(full);
  if (fullProbability >= minimumProbability) return { work: full, probability: fullProbability };
  const found = new Map<number, number>();
  const surplusOf = (work: ClientWork) => {
    const probability = outlook.probabilityOf(work);
    found.set(work.exampleCount * work.epochs, probability);
    return surplus(probability, minimumProbability);
  };
  const share = outlook.shareGuess(minimumProbability);
  // Either way the least there is, a single batch of one epoch, is tried before the client is given up.
  const oneEpoch = { ...full, epochs: 1 };
  const oneBatch = { ...full, exampleCount: Math.min(full.exampleCount, batchSize) };
  const best =
    reduces === "examples"
      ? (fewerExamples(full, batchSize, share, surplusOf) ?? fewerEpochs(oneBatch, full.epochs / 2, surplusOf))
      : (fewerEpochs(full, share * full.epochs, surplusOf) ??
        fewerExamples(oneEpoch, batchSize, share * full.epochs, surplusOf));
  if (best === null) return { work: null, probability: 0 };
  return { work: best, probability: found.get(best.exampleCount * best.epochs) ?? outlook.probabilityOf(best) };
}

/** How far p is above the minimum in logits, a scale on which it is nearly a line in the work's logarithm. */
function surplus(probability: number, minimum: number): number {
  const logit = (p: number) => Math.log((p + 1e-12) / (1 - p + 1e-12));
  const difference = logit(probability) - logit(minimum);
  // Rounding must not turn what suffices into what does not.
  return probability >= minimum ? Math.max(0, difference) : Math.min(-Number.MIN_VALUE, difference);
}

/**
 * p of less work, from the law of the full work: a round's computation takes as many times as long as it has steps.
 *
 * @example outlookOfLaw({ law, full: { exampleCount: 320, epochs: 1 }, batchSize: 32 }, 30).probabilityOf({ exampleCount: 32, epochs: 1 })
 */
export function outlookOfLaw(
  task: { readonly law: RoundTimeLaw; readonly full: ClientWork; readonly batchSize: number },
  deadlineSeconds: number,
): WorkOutlook {
  const { law, full, batchSize } = task;
  const steps = ({ exampleCount, epochs }: ClientWork) => stepCount({ epochs, batchSize }, exampleCount);
  const fullSteps = Math.max(1, steps(full));
  return {
    probabilityOf: (work) => {
      const share = steps(work) / fullSteps;
      const compute = law.compute.map((part) => ({ ...part, expectedSeconds: part.expectedSeconds * share }));
      return roundTimeCdf({ ...law, compute }, deadlineSeconds);
    },
    shareGuess: (probability) => {
      const [part] = law.compute;
      if (part === undefined || probability <= 0 || probability >= 1) return 0.5;
      // Link and computation are late together seldom: each is taken a part of the way to its own quantile (0.6^2 + 0.8^2 = 1).
      const deviation = normalQuantile(probability);
      const transfer = law.transferSeconds * Math.exp(0.6 * deviation * law.transferLogSigma);
      const compute = part.expectedSeconds * computeQuantile(part.law, normalCdf(0.8 * deviation));
      return Math.max(0, deadlineSeconds - law.fixedSeconds - transfer) / compute;
    },
  };
}

function fewerEpochs(full: ClientWork, guess: number, surplusOf: (work: ClientWork) => number): ClientWork | null {
  const sized = (epochs: number) => ({ ...full, epochs });
  const epochs = largestNotNegative(full.epochs - 1, guess, (count) => surplusOf(sized(count)));
  return epochs === 0 ? null : sized(epochs);
}

/** Whole batches only: a short last batch takes as long as a whole one. */
function fewerExamples(
  full: ClientWork,
  batchSize: number,
  share: number,
  surplusOf: (work: ClientWork) => number,
): ClientWork | null {
  const most = Math.ceil(full.exampleCount / batchSize);
  const sized = (batches: number) => ({ ...full, exampleCount: Math.min(full.exampleCount, batches * batchSize) });
  const batches = largestNotNegative(most, share * most, (count) => surplusOf(sized(count)));
  return batches === 0 ? null : sized(batches);
}

/** Between a guess and the next one, until the answer lies between two. */
const STRIDE = 1.3;

/**
 * The largest whole number in 1 .. `most` at which a function that never rises is not negative; 0 if there is none. From a guess in
 * growing strides, then by regula falsi in the number's logarithm with the Illinois weights (Dowell & Jarratt 1971), by halves
 * after a step that gained little: some six evaluations from a fair guess, and a few times a bisection's at worst.
 *
 * @example largestNotNegative(100, 10, (count) => 50 - count * count) // 7
 */
export function largestNotNegative(most: number, guess: number, value: (count: number) => number): number {
  let enough = 0;
  let above = Number.POSITIVE_INFINITY;
  let tooMany = most + 1;
  let below = Number.NEGATIVE_INFINITY;
  let lastWasEnough: boolean | undefined;
  const ask = (count: number) => {
    const found = value(count);
    const isEnough = found >= 0;
    // The end that stays for a second time weighs half.
    if (isEnough) {
      enough = count;
      above = found;
      if (lastWasEnough === true) below /= 2;
    } else {
      tooMany = count;
      below = found;
      if (lastWasEnough === false) above /= 2;
    }
    lastWasEnough = isEnough;
  };
  for (let at = guess, stride = STRIDE; tooMany - enough > 1 && (enough === 0 || tooMany > most); stride *= stride) {
    ask(between(Math.round(at), enough, tooMany));
    at = enough === 0 ? tooMany / stride : enough * stride;
  }
  for (let isSlow = false; tooMany - enough > 1; ) {
    const width = tooMany - enough;
    const share = isSlow || !(above > 0) ? 0.5 : above / (above - below);
    ask(between(Math.round(enough * (tooMany / enough) ** share), enough, tooMany));
    isSlow = !isSlow && tooMany - enough > width / 2;
  }
  return enough;
}

function between(count: number, low: number, high: number): number {
  return Math.min(high - 1, Math.max(low + 1, count));
}
