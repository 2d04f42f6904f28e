// Joins events to an async iteration: whoever pushes never waits, whoever iterates gets the items in order.

/** Items pushed after `end` are dropped. One iteration only. */
export class ReplyQueue<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #ended = false;
  #wake = () => {};

  push(item: Item): void {
    if (this.#ended) return;
    this.#items.push(item);
    this.#wake();
  }

  /** Lets the iteration end once the items that were pushed are consumed. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, void> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
