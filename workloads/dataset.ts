// The seam behind which a data set lies.

import type { LabelledExamples } from "../models/examples.ts";

export type { LabelledExamples } from "../models/examples.ts";

/** A data set with its training and test split. A user's own is one module that exports a `dataset` of this shape. */
export interface Dataset {
  readonly name: string;
  loadTraining(): Promise<LabelledExamples>;
  loadTest(): Promise<LabelledExamples>;
}
