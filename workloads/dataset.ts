// Labelled examples as two flat arrays, and the seam behind which a data set lies.

/** Examples held in memory. */
export interface LabelledExamples {
  readonly exampleCount: number;
  /** Shape of one example, e.g. [28, 28, 1]. */
  readonly exampleShape: readonly number[];
  readonly classCount: number;
  /** exampleCount x product(exampleShape), row-major, scaled to 0..1. */
  readonly inputs: Float32Array;
  /** Class of each example, 0 .. classCount - 1. */
  readonly labels: Uint8Array;
}

/** A data set with its training and test split. A user's own is one module that exports a `dataset` of this shape. */
export interface Dataset {
  readonly name: string;
  loadTraining(): Promise<LabelledExamples>;
  loadTest(): Promise<LabelledExamples>;
}
