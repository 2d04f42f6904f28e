// Whether an update can be what its client was asked for. Its counts are weights of the aggregation, so that false ones would
// give a client more weight than its data has. No defence against a client that uploads whatever parameters it likes.

import { counted } from "../../foundation/counted.ts";
import type { Train, Update } from "../../protocol/messages.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import type { RoundClock } from "./round-clock.ts";

/**
 * Why an update's counts cannot be true, as a sentence; undefined if they can.
 *
 * A client may train on fewer examples than it was asked for, never on more than that or than it registered; the steps are
 * those that its examples take: epochs * ceil(examples / batch size).
 */
export function implausibility(
  task: { readonly message: Pick<Train, "training">; readonly datasetExampleCount: number },
  update: Pick<Update, "exampleCount" | "stepCount">,
): string | undefined {
  const { training } = task.message;
  const { datasetExampleCount } = task;
  const { maximumExamples = datasetExampleCount } = training;
  if (update.exampleCount > datasetExampleCount) {
    return `The update claims ${counted(update.exampleCount, "example")}, but the client registered ${datasetExampleCount}.`;
  }
  if (update.exampleCount > maximumExamples) {
    return `The update claims ${counted(update.exampleCount, "example")}, but the client was asked for at most ${maximumExamples}.`;
  }
  const steps = stepCount(training, update.exampleCount);
  if (update.stepCount === steps) return undefined;
  return (
    `The update claims ${counted(update.stepCount, "step")}, but ${counted(update.exampleCount, "example")} in batches of ${training.batchSize} ` +
    `are ${steps} in ${counted(training.epochs, "epoch")}.`
  );
}

/** What a client can have computed at most, in seconds: the time since the clock started, or the deadline while it is held. */
export function mostPlausible(
  statedSeconds: number,
  clock: Pick<RoundClock, "running" | "elapsedSeconds">,
  { deadlineSeconds }: { readonly deadlineSeconds: number },
): number {
  return Math.min(statedSeconds, clock.running ? clock.elapsedSeconds() : deadlineSeconds);
}
