// The patterns by which rules name clients: "sat-*" is a client's id, "label:site:*" one of its labels.

import type { Candidate } from "../types.ts";

/** What rules see of a client. */
export type NamedClient = Pick<Candidate, "clientId" | "labels">;

/** What a pattern begins with that names a label. */
export const LABEL_PREFIX = "label:";

/**
 * Whether the whole text has the form of the glob: `*` stands for any characters or none, `?` for exactly one, every other
 * character for itself; upper and lower case differ. Only the last star is tried anew, so that no glob makes it slow, as a
 * regular expression with many stars can be.
 *
 * @example matchesGlob("sat-*", "sat-17") // true
 */
export function matchesGlob(glob: string, text: string): boolean {
  let inGlob = 0;
  let inText = 0;
  let star = -1;
  let afterStar = 0;
  while (inText < text.length) {
    const sign = glob[inGlob];
    if (sign === "*") {
      star = inGlob++;
      afterStar = inText;
    } else if (sign === "?" || sign === text[inText]) {
      inGlob++;
      inText++;
    } else if (star >= 0) {
      // The last star takes one character more.
      inGlob = star + 1;
      inText = ++afterStar;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === "*") inGlob++;
  return inGlob === glob.length;
}

/** Whether one of the client's labels has the form of the glob. */
export function hasLabel({ labels = [] }: NamedClient, glob: string): boolean {
  return labels.some((label) => matchesGlob(glob, label));
}

/**
 * Whether the pattern names the client: `label:GLOB` by a label, any other glob by its id.
 *
 * @example matchesPattern("label:site:*", { clientId: "a", labels: ["site:berlin"] }) // true
 */
export function matchesPattern(pattern: string, client: NamedClient): boolean {
  if (pattern.startsWith(LABEL_PREFIX)) return hasLabel(client, pattern.slice(LABEL_PREFIX.length));
  return matchesGlob(pattern, client.clientId);
}
