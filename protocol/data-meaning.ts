// What the numbers of examples stand for, so that clients whose class 0 is another are noticed before they spoil a model: digests of
// names, which say whether two agree and no more.

import { createHash } from "node:crypto";
import { z } from "zod";

/** Hexadecimal digits of a digest: enough to tell a few hundred names apart. */
const DIGITS = 8;
/** Labels are single bytes. */
const MOST_CLASSES = 256;
const digest = z.string().regex(/^[0-9a-f]{8}$/);

export const dataMeaningSchema = z.strictObject({
  /** One for each class, by its number; absent: the classes have no names. */
  classes: z.array(digest).max(MOST_CLASSES).optional(),
  /** Of the names of all inputs in their order; absent: the inputs have no names. */
  inputs: digest.optional(),
});

export type DataMeaning = z.infer<typeof dataMeaningSchema>;

export interface DataNames {
  /** By their numbers. */
  readonly classNames?: readonly string[] | undefined;
  /** In their order. */
  readonly inputNames?: readonly string[] | undefined;
}

/**
 * @param names a module of the user's may state others than texts, which mean nothing here.
 * @example dataMeaning({ classNames: ["no", "yes"] }) // { classes: ["9390298f", "8a798890"] }
 */
export function dataMeaning({ classNames, inputNames }: DataNames): DataMeaning {
  return {
    ...(areNames(classNames) && { classes: classNames.slice(0, MOST_CLASSES).map(digestOf) }),
    ...(areNames(inputNames) && { inputs: digestOf(JSON.stringify(inputNames)) }),
  };
}

const areNames = (names: unknown): names is readonly string[] =>
  Array.isArray(names) && names.every((name) => typeof name === "string");

/**
 * What differs of two data sets. Where one has fewer classes, it is compared as far as it goes.
 *
 * @returns undefined where they agree, or one has no names.
 * @example differingMeaning({ classes: ["aa", "bb"] }, { classes: ["aa"] }) // undefined
 */
export function differingMeaning(
  one: DataMeaning,
  other: DataMeaning,
): { readonly what: "classes"; readonly firstClass: number } | { readonly what: "inputs" } | undefined {
  const { classes = [] } = one;
  const firstClass = (other.classes ?? []).findIndex(
    (name, place) => place < classes.length && name !== classes[place],
  );
  if (firstClass >= 0) return { what: "classes", firstClass };
  return one.inputs !== undefined && other.inputs !== undefined && one.inputs !== other.inputs
    ? { what: "inputs" }
    : undefined;
}

const digestOf = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, DIGITS);
