// A network of the zoo: one definition for every shape of data.

import type { Architecture } from "../architecture.ts";

/** What a network reads and tells apart. */
export interface DataShape {
  /** [height, width, channels] of images, [features] of tables, [length] of texts. */
  readonly inputShape: readonly number[];
  readonly classCount: number;
  /** Of texts: inputs are whole numbers from 0 to below it. */
  readonly vocabularySize?: number | undefined;
}

/** @throws {ProbSelectError} models.invalid-architecture if the examples are too small for it. */
export type ZooNetwork = (data: DataShape) => Architecture;

export const digits: DataShape = { inputShape: [28, 28, 1], classCount: 10 };
export const smallPhotographs: DataShape = { inputShape: [32, 32, 3], classCount: 10 };
/** LEAF's Shakespeare (Caldas et al. 2018): 80 characters, of which there are 80 kinds; the class is the next one. */
export const text: DataShape = { inputShape: [80], classCount: 80, vocabularySize: 80 };
