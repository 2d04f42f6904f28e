// Who is whose neighbour: a Harary graph (a circle on which everybody knows the k/2 next ones to each side) over a random
// permutation of the clients. Bell et al. 2020, section 3. The server commits itself to the permutation's seed before it knows
// any key, and every client computes its own neighbours again.

import { deriveKey } from "./key-agreement.ts";
import { keystream } from "./masks.ts";
import { taggedHash } from "./secret-shares.ts";

export interface GraphOptions {
  readonly seed: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly clientCount: number;
  /** Even, or clientCount - 1 for all pairs. */
  readonly degree: number;
}

export interface NeighbourGraph {
  /** Positions of the neighbours, ascending. @param position 0..clientCount - 1. */
  neighboursOf(position: number): readonly number[];
}

/** What the server says of the seed before keys are advertised. */
export function commitToGraph(seed: Uint8Array, sessionId: Uint8Array): Uint8Array {
  return taggedHash(sessionId, ["graph commitment"], seed);
}

/**
 * Without the seed nobody knows who becomes whose neighbour; with it everybody comes to the same graph.
 *
 * @example with the order [2, 0, 3, 1, 4] on the circle and degree 2, the neighbours of 0 are 2 and 3
 */
export function createNeighbourGraph({ seed, sessionId, clientCount, degree }: GraphOptions): NeighbourGraph {
  if (degree >= clientCount - 1) {
    const all = Array.from({ length: clientCount }, (_, position) => position);
    return { neighboursOf: (position) => all.filter((other) => other !== position) };
  }
  const circle = randomPermutation(deriveKey(seed, sessionId, ["graph"]), clientCount);
  const places = new Uint32Array(clientCount);
  for (const [place, position] of circle.entries()) places[position] = place;
  return {
    neighboursOf(position) {
      const place = places[position] as number;
      const neighbours: number[] = [];
      for (let distance = 1; distance <= degree / 2; distance++) {
        neighbours.push(circle[(place + distance) % clientCount] as number);
        neighbours.push(circle[(place - distance + clientCount) % clientCount] as number);
      }
      return neighbours.sort((one, other) => one - other);
    },
  };
}

/** Fisher-Yates with numbers from a key's stream; numbers that would favour some positions are thrown away. */
function randomPermutation(key: Uint8Array, count: number): Uint32Array {
  const next = keystream(key);
  const below = (bound: number) => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const word = next(1)[0] as number;
      if (word < limit) return word % bound;
    }
  };
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = below(last + 1);
    const moved = order[last] as number;
    order[last] = order[other] as number;
    order[other] = moved;
  }
  return order;
}
