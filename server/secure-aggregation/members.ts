// Who takes part in a secure round, who is whose neighbour, and who holds whose shares.

import { sustainable } from "./neighbourhoods.ts";

export class Members {
  readonly #neighbours: ReadonlyMap<string, readonly string[]>;
  readonly #threshold: number;
  /** Holder -> the owners whose shares it cannot read. */
  readonly unreadable = new Map<string, ReadonlySet<string>>();
  #ids: ReadonlySet<string>;

  constructor(neighbours: ReadonlyMap<string, readonly string[]>, threshold: number) {
    this.#neighbours = neighbours;
    this.#threshold = threshold;
    this.#ids = new Set(neighbours.keys());
  }

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  /** Its neighbours, whether they still take part or not. */
  neighboursOf(clientId: string): readonly string[] {
    return this.#neighbours.get(clientId) ?? [];
  }

  /** Its neighbours that take part. */
  nextTo(clientId: string): readonly string[] {
    return this.neighboursOf(clientId).filter((neighbour) => this.#ids.has(neighbour));
  }

  /** Its neighbours that take part and can read what it shared. */
  holdersOf(owner: string): readonly string[] {
    return this.nextTo(owner).filter((holder) => !this.unreadable.get(holder)?.has(owner));
  }

  /** Goes on with those that have answered, less those who have too few holders among them. @returns how many are left. */
  keep(answered: ReadonlySet<string>): number {
    this.#ids = answered;
    this.#ids = sustainable(answered, (clientId) => this.holdersOf(clientId), this.#threshold);
    return this.#ids.size;
  }

  /** A member of whose holders fewer than the threshold are among the survivors, if there is one. */
  lostAmong(survivors: ReadonlySet<string>): { readonly clientId: string; readonly holders: number } | undefined {
    for (const clientId of this.#ids) {
      const holders = this.holdersOf(clientId).filter((holder) => survivors.has(holder)).length;
      if (holders < this.#threshold) return { clientId, holders };
    }
    return undefined;
  }
}
