// Lets so many updates into the buffer and holds the others back, in the order in which they came, until there is room again: an
// update that comes while a model is being made belongs to the next round.

export class UpdateGate {
  #room = 0;
  #waiting: (() => void)[] = [];

  /** From now on so many more may pass. */
  open(room: number): void {
    this.#room = Math.max(0, room);
    this.wake();
  }

  /** Nobody passes any more, until the gate is opened again. */
  close(): void {
    this.#room = 0;
  }

  /** Has everybody who waits look again whether it is still wanted. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }

  /** Resolves when the caller may pass, or is not wanted any more; whoever is wanted then has taken its place. */
  async pass(isWanted: () => boolean): Promise<void> {
    while (isWanted()) {
      if (this.#room > 0) {
        this.#room--;
        return;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
