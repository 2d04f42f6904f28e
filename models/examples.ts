// Labelled examples as two flat arrays: what a trainer and an evaluator take.

/** Examples held in memory. */
export interface LabelledExamples {
  readonly exampleCount: number;
  /** Shape of one example, e.g. [28, 28, 1]. */
  readonly exampleShape: readonly number[];
  readonly classCount: number;
  /** exampleCount x product(exampleShape), row-major: quantities in 0..1, or the ids of tokens. Over a SharedArrayBuffer, threads share it without a copy. */
  readonly inputs: Float32Array;
  /** Class of each example, 0 .. classCount - 1. */
  readonly labels: Uint8Array;
}
