// Counts with their nouns, for texts that people read.

/**
 * @param plural where it is not the noun with an s.
 * @example counted(1, "round") // "1 round"
 * @example counted(61706, "parameter") // "61,706 parameters"
 * @example counted(2, "policy", "policies") // "2 policies"
 */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}
