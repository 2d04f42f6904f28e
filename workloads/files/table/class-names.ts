// From the names of classes as they come up in a file to numbers: sorted, so that the same classes have the same numbers in every file.

import { closestName } from "../../../foundation/closest-name.ts";
import { malformed, quoted } from "../malformed.ts";

/** Labels are single bytes. */
export const MOST_CLASSES = 256;

export class ClassNames {
  readonly #numbers = new Map<string, number>();
  readonly #isClosed: boolean;

  /** @param declared all classes in their order; undefined: those that come up. */
  constructor(declared?: readonly string[]) {
    for (const name of declared ?? []) this.#numbers.set(name, this.#numbers.size);
    this.#isClosed = declared !== undefined;
  }

  /**
   * The number of the class as it came up; `order` says what it is in the end.
   *
   * @param isKnownOnly a class that has not come up before is refused.
   * @throws {ProbSelectError} workloads.malformed-dataset
   */
  numberOf(name: string, where: string, isKnownOnly = false): number {
    const found = this.#numbers.get(name);
    if (found !== undefined) return found;
    if (this.#isClosed || isKnownOnly) {
      const meant = closestName(name, [...this.#numbers.keys()]);
      const hint = meant === undefined ? "" : ` Did you mean ${quoted(meant)}?`;
      const what = this.#isClosed ? "is none of those that classes= lists" : "is in no training example";
      throw malformed(where, `the class ${quoted(name)} ${what}.${hint} List all in their order: classes=A,B,C.`);
    }
    if (this.#numbers.size === MOST_CLASSES) {
      throw malformed(
        where,
        `the class ${quoted(name)} is number ${MOST_CLASSES + 1}, and at most ${MOST_CLASSES} can be told apart. Is it the right column? ` +
          "Name the class's with label=COLUMN.",
      );
    }
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** All names by their final numbers, and from the number as it came up to the final one. */
  order(): { readonly names: readonly string[]; readonly finalNumbers: Uint8Array } {
    const asTheyCame = [...this.#numbers.keys()];
    const names = this.#isClosed ? asTheyCame : sortedNames(asTheyCame);
    return { names, finalNumbers: Uint8Array.from(asTheyCame, (name) => names.indexOf(name)) };
  }
}

/** Whole numbers by their size, all other names by their characters. @example sortedNames(["10", "9"]) // ["9", "10"] */
export function sortedNames(names: readonly string[]): string[] {
  const areNumbers = names.every((name) => /^-?\d{1,15}$/.test(name));
  return [...names].sort((first, second) => {
    if (areNumbers) return Number(first) - Number(second);
    return first < second ? -1 : first > second ? 1 : 0;
  });
}
