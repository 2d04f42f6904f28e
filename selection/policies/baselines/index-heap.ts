// A binary heap of whole numbers in an order that does not change: the first one in O(1), a new one or one less in O(log n).

/** @example const heap = new IndexHeap((a, b) => a < b); heap.push(3); heap.push(1); heap.first // 1 */
export class IndexHeap {
  readonly #entries: number[] = [];
  readonly #isBefore: (a: number, b: number) => boolean;

  /** @param isBefore a strict order of what is pushed; it must stay the same as long as both are inside. */
  constructor(isBefore: (a: number, b: number) => boolean) {
    this.#isBefore = isBefore;
  }

  /** Undefined if it is empty. */
  get first(): number | undefined {
    return this.#entries[0];
  }

  push(entry: number): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(entry, entries[parent] as number)) break;
      entries[at] = entries[parent] as number;
      at = parent;
    }
    entries[at] = entry;
  }

  removeFirst(): void {
    const entries = this.#entries;
    const moved = entries.pop();
    if (moved === undefined || entries.length === 0) return;
    let at = 0;
    for (let child = 1; child < entries.length; child = 2 * at + 1) {
      const isRightFirst =
        child + 1 < entries.length && this.#isBefore(entries[child + 1] as number, entries[child] as number);
      const earlier = isRightFirst ? child + 1 : child;
      if (!this.#isBefore(entries[earlier] as number, moved)) break;
      entries[at] = entries[earlier] as number;
      at = earlier;
    }
    entries[at] = moved;
  }
}
