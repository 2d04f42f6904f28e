// The seam behind which a data set lies. Several agents of one machine each hold only their own share of it, so the labels can
// be read alone, and the examples by index.

import type { LabelledExamples } from "../models/examples.ts";
import type { DataShape } from "../models/zoo.ts";

export type { LabelledExamples } from "../models/examples.ts";

/** A data set with its training and test split. A user's own is one module that exports a `dataset` of this shape. */
export interface Dataset {
  readonly name: string;
  /** What its examples are; absent in a user's module: the model's usual data. */
  readonly shape?: DataShape | undefined;
  /** Test examples, where that is known without loading them. */
  readonly testCount?: number | undefined;
  /** Names of the classes, by their numbers. */
  readonly classNames?: readonly string[] | undefined;
  /** Names of an example's values in their order: a table's columns. */
  readonly inputNames?: readonly string[] | undefined;
  /** Sentences on what was assumed or left out when the data were read. */
  readonly notes?: readonly string[] | undefined;
  /** The class of every training example, without the examples: what a partition is made from. */
  loadTrainingLabels(): Promise<Uint8Array>;
  /** The training examples at `indices`, in that order; without `indices`, all of them. */
  loadTraining(indices?: Uint32Array): Promise<LabelledExamples>;
  loadTest(): Promise<LabelledExamples>;
  /** To whom every training example belongs (a person, a device): what the partition "natural" is made from. Absent: nobody says. */
  loadTrainingIds?(): Promise<readonly string[] | undefined>;
}
