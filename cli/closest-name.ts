// Suggestions for mistyped names.

import { distance } from "fastest-levenshtein";

/**
 * The name that differs from `given` by the fewest insertions, deletions and replacements (Levenshtein 1966), if that is
 * at most a third of its length; else undefined.
 *
 * @example closestName("deviecs", ["demo", "devices"]) // "devices"
 */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const [closest] = names
    .map((name) => ({ name, edits: distance(given, name) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
    .sort((first, second) => first.edits - second.edits);
  return closest?.name;
}
