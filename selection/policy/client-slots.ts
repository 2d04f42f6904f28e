// The numbers of a run's clients: given at their first appearance and kept, so that what a policy remembers lies in columns.

export class ClientSlots {
  readonly #slots = new Map<string, number>();

  /** @param clientIds those that have their numbers already, in the order of these. */
  constructor(clientIds: readonly string[] = []) {
    for (const [slot, clientId] of clientIds.entries()) this.#slots.set(clientId, slot);
  }

  /** In the order of their numbers. */
  clientIds(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** How many clients have a number. */
  get size(): number {
    return this.#slots.size;
  }

  /** The client's number; the next free one if it has none yet. */
  slotOf(clientId: string): number {
    const known = this.#slots.get(clientId);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(clientId, slot);
    return slot;
  }
}
