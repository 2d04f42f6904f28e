// Suggestions for mistyped names.

import { distance } from "fastest-levenshtein";

/**
 * The name that differs from `given` by the fewest insertions, deletions and replacements (Levenshtein 1966), if that is
 * at most a third of its length; else undefined. Two neighbours in the wrong order, the commonest slip, count as one.
 *
 * @example closestName("deviecs", ["demo", "devices"]) // "devices"
 */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const [closest] = names
    .map((name) => ({ name, edits: isSwapped(given, name) ? 1 : distance(given, name) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
    .sort((first, second) => first.edits - second.edits);
  return closest?.name;
}

/** Whether two neighbouring letters in the other order are all that differs. */
function isSwapped(given: string, name: string): boolean {
  if (given.length !== name.length) return false;
  const at = given.split("").findIndex((letter, index) => letter !== name[index]);
  return at >= 0 && name === given.slice(0, at) + given.charAt(at + 1) + given.charAt(at) + given.slice(at + 2);
}

/**
 * The names nearest to `given` in either direction, whatever their case: for a search that found nothing.
 *
 * @example nearestNames("geforce 3095", ["GeForce RTX 3090", "Jetson Nano", "GeForce RTX 3080"], 2)
 * // ["GeForce RTX 3090", "GeForce RTX 3080"]
 */
export function nearestNames(given: string, names: readonly string[], count: number): readonly string[] {
  const plain = (name: string) => name.toLowerCase();
  return names
    .map((name) => ({ name, edits: distance(plain(given), plain(name)) / Math.max(given.length, name.length) }))
    .filter(({ edits }) => edits <= 0.5)
    .sort((first, second) => first.edits - second.edits)
    .slice(0, count)
    .map(({ name }) => name);
}
