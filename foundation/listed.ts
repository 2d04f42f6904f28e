// Lists of names that people read: the first of them, and how many more there are.

/**
 * @param most names that are written out.
 * @param as how a name is written.
 * @example listed(["a", "b", "c", "d", "e"], 3) // "a, b, c and 2 more"
 */
export function listed(names: readonly string[], most: number, as = (name: string): string => name): string {
  const shown = names.slice(0, most).map((name) => as(name));
  const more = names.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** @example inQuotes("a") // '"a"' */
export const inQuotes = (name: string): string => `"${name}"`;
