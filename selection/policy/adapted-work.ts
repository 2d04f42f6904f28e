// Adaptive work: the most that a slow client can be asked to do so that it is still probable enough to be on time. The probability
// never rises with the steps, so the most is found by bisection, for any latency model; with a certain link it equals the closed
// form n* = floor(q(1 - p) * B * peak / (F * E)), q the quantile of the utilisation and B the time that the transfers leave.

import { stepCount } from "../../workloads/round-workload.ts";
import { type RoundTimeLaw, roundTimeCdf } from "../probability/round-time.ts";
import type { ClientWork } from "../types.ts";
import type { AdaptedWork, AdaptedWorkRequest } from "./candidate-table.ts";

/**
 * The largest work with which `probabilityOf` reaches the minimum, in whole batches.
 *
 * @param options.full what the client would do if nothing less were asked; it is the answer where it is probable enough.
 * @param options.probabilityOf never rises with the examples or the epochs.
 */
export function largestWork(
  options: AdaptedWorkRequest & {
    readonly full: ClientWork;
    readonly batchSize: number;
    readonly probabilityOf: (work: ClientWork) => number;
  },
): AdaptedWork {
  const { full, batchSize, minimumProbability, reduces, probabilityOf } = options;
  const fullProbability = probabilityOf(full);
  if (fullProbability >= minimumProbability) return { work: full, probability: fullProbability };
  const suffices = (work: ClientWork) => probabilityOf(work) >= minimumProbability;
  const best =
    (reduces === "epochs" ? fewerEpochs(full, suffices) : null) ??
    fewerExamples(reduces === "epochs" ? { ...full, epochs: 1 } : full, batchSize, suffices);
  return best === null ? { work: null, probability: 0 } : { work: best, probability: probabilityOf(best) };
}

/**
 * p of less work, from the law of the full work: a round's computation takes as many times as long as it has steps.
 *
 * @example probabilityOfWork({ law, full: { exampleCount: 320, epochs: 1 }, batchSize: 32 }, 30)({ exampleCount: 32, epochs: 1 })
 */
export function probabilityOfWork(
  task: { readonly law: RoundTimeLaw; readonly full: ClientWork; readonly batchSize: number },
  deadlineSeconds: number,
): (work: ClientWork) => number {
  const { law, full, batchSize } = task;
  const steps = ({ exampleCount, epochs }: ClientWork) => stepCount({ epochs, batchSize }, exampleCount);
  const fullSteps = Math.max(1, steps(full));
  return (work) => {
    const share = steps(work) / fullSteps;
    const compute = law.compute.map((part) => ({ ...part, expectedSeconds: part.expectedSeconds * share }));
    return roundTimeCdf({ ...law, compute }, deadlineSeconds);
  };
}

function fewerEpochs(full: ClientWork, suffices: (work: ClientWork) => boolean): ClientWork | null {
  const epochs = largestWhere(full.epochs - 1, (count) => suffices({ ...full, epochs: count }));
  return epochs === 0 ? null : { ...full, epochs };
}

/** Whole batches only: a short last batch takes as long as a whole one. */
function fewerExamples(
  full: ClientWork,
  batchSize: number,
  suffices: (work: ClientWork) => boolean,
): ClientWork | null {
  const sized = (batches: number) => ({ ...full, exampleCount: Math.min(full.exampleCount, batches * batchSize) });
  const batches = largestWhere(Math.ceil(full.exampleCount / batchSize), (count) => suffices(sized(count)));
  return batches === 0 ? null : sized(batches);
}

/**
 * The largest whole number in 1 .. `most` for which `holds`, which holds for all smaller ones too; 0 if it holds for none.
 *
 * @example largestWhere(100, (count) => count * count < 50) // 7
 */
export function largestWhere(most: number, holds: (count: number) => boolean): number {
  let enough = 0;
  let tooMany = most + 1;
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2);
    if (holds(middle)) enough = middle;
    else tooMany = middle;
  }
  return enough;
}
