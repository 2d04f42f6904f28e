// A list of whole numbers that grows, at four bytes each: one entry a row of a file of any length.

export class GrowingArray {
  #values = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** A copy of what is in it. */
  toArray(): Uint32Array {
    return this.#values.slice(0, this.#length);
  }
}
