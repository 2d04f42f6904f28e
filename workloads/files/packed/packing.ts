// Data files are converted once into records of one size, which are then read by their places: a text file has no places, and parsing is
// slow. This is what a converter hands over, and what stands beside the records.

import { z } from "zod";
import { elementCount } from "../../../models/parameter-set.ts";

/** Raised when the files' format or their meaning changes: older ones are made anew. */
export const PACKING_FORMAT = 2;

/** Bytes of one value of a record: a number as it stands in a table, a pixel's brightness, a character's number. */
export const elementBytes = { number: 8, pixel: 1, token: 1 } as const;

const size = z.int().min(0);

export const packingSchema = z.strictObject({
  element: z.enum(["number", "pixel", "token"]),
  exampleShape: z.array(z.int().min(1)).min(1),
  classNames: z.array(z.string()).min(1).max(256),
  /** Of tables: the columns that are features, in their order. */
  inputNames: z.array(z.string()).nullable(),
  /** Of texts: the characters by their numbers. */
  vocabulary: z.array(z.string()).max(256).nullable(),
  /** From one place to the next: a whole record, or one character where records overlap. */
  stepBytes: z.int().min(1),
  /** Of numbers: (value - offset) * factor, feature by feature; null: as they stand. */
  scaling: z.strictObject({ offsets: z.array(z.number()), factors: z.array(z.number()) }).nullable(),
  /** Names to whom examples belong; null: nobody says. */
  ids: z.array(z.string()).nullable(),
  notes: z.array(z.string()),
  trainingCount: size,
  testCount: size,
});

/** All but the records. */
export type PackedFacts = z.infer<typeof packingSchema>;

/** What lies where, one entry an example. */
export interface PackedSplit {
  /** In steps. */
  readonly places: Uint32Array;
  readonly labels: Uint8Array;
}

/** What a converter found, besides the records that it wrote. */
export interface Packing extends Omit<PackedFacts, "trainingCount" | "testCount"> {
  readonly training: PackedSplit & {
    /** Numbers of names in `ids`. */
    readonly ids: Uint32Array | null;
  };
  readonly test: PackedSplit;
}

/** @example recordBytesOf({ element: "pixel", exampleShape: [28, 28, 1] }) // 784 */
export function recordBytesOf({ element, exampleShape }: Pick<PackedFacts, "element" | "exampleShape">): number {
  return elementBytes[element] * elementCount(exampleShape);
}
