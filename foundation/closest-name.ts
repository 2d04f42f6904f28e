// Suggestions for mistyped names.

import { distance } from "fastest-levenshtein";

/**
 * The name that differs from `given` by the fewest slips, if those are at most a third of its length; else undefined.
 *
 * @example closestName("deviecs", ["demo", "devices"]) // "devices"
 */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const [closest] = names
    .map((name) => ({ name, edits: slipsBetween(given, name) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
    .sort((first, second) => first.edits - second.edits);
  return closest?.name;
}

/**
 * Insertions, deletions and replacements between two names (Levenshtein 1966). Two neighbours in the wrong order, the commonest
 * slip, count as one where they are all that differs.
 *
 * @example slipsBetween("3900", "3090") // 1
 */
export function slipsBetween(given: string, name: string): number {
  return isSwapped(given, name) ? 1 : distance(given, name);
}

/** Whether two neighbouring letters in the other order are all that differs. */
function isSwapped(given: string, name: string): boolean {
  if (given.length !== name.length) return false;
  const at = given.split("").findIndex((letter, index) => letter !== name[index]);
  return at >= 0 && name === given.slice(0, at) + given.charAt(at + 1) + given.charAt(at) + given.slice(at + 2);
}
