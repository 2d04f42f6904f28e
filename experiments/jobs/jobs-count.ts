// How far a list of jobs is. Equal jobs are one piece of work, but count each.

import type { JobsProgress } from "./job.ts";

export class JobsCount {
  readonly #jobCount: number;
  readonly #countOfKey = new Map<string, number>();
  /** Of the jobs that are in work. */
  readonly #fractions = new Map<string, number>();
  readonly #done = new Set<string>();
  #doneCount = 0;
  #cachedCount = 0;

  /** @param keys of the jobs in the list, equal ones included. */
  constructor(keys: readonly string[]) {
    this.#jobCount = keys.length;
    for (const key of keys) this.#countOfKey.set(key, this.#countOf(key) + 1);
  }

  /** The job is so far, 0..1; ignored once it is done. */
  working(key: string, fraction: number): void {
    if (!this.#done.has(key)) this.#fractions.set(key, Math.min(1, Math.max(0, fraction)));
  }

  done(key: string, { isCached }: { readonly isCached: boolean }): void {
    this.#fractions.delete(key);
    this.#done.add(key);
    this.#doneCount += this.#countOf(key);
    if (isCached) this.#cachedCount += this.#countOf(key);
  }

  get progress(): JobsProgress {
    let doneWork = this.#doneCount;
    for (const [key, fraction] of this.#fractions) doneWork += fraction * this.#countOf(key);
    return { doneCount: this.#doneCount, cachedCount: this.#cachedCount, jobCount: this.#jobCount, doneWork };
  }

  #countOf(key: string): number {
    return this.#countOfKey.get(key) ?? 0;
  }
}
