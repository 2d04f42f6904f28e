// Which client should upload next, in FedCS's greedy order (arXiv 1804.08333, algorithm 3), without looking at all of them: with a
// client the round would end at u + max(d, D) + max(t, Theta), D the distribution so far and Theta the uploads so far. D and Theta
// only grow, so a client's download passes under D once and its training under Theta once. In each of the four states that this
// makes, the order of the clients does not change: four heaps hold them, and each client moves twice at most.

import { IndexHeap } from "./index-heap.ts";

/** In whole numbers whose sums are exact, one entry a client. */
export interface UploadTimes {
  readonly downloads: Float64Array;
  readonly computes: Float64Array;
  readonly uploads: Float64Array;
  /** Equal clients go by the smaller. */
  readonly draws: Float64Array;
}

/** How far the round is with the clients that were taken. */
export interface RoundSoFar {
  /** D, T_d(S): the slowest download. */
  readonly distribution: number;
  /** Theta: from the end of the distribution to the end of the last upload. */
  readonly uploads: number;
}

const DOWNLOAD_PASSED = 1;
const COMPUTE_PASSED = 2;
const TAKEN = 4;
const states = [0, DOWNLOAD_PASSED, COMPUTE_PASSED, DOWNLOAD_PASSED | COMPUTE_PASSED];

/** Clients in the order in which D or Theta passes one of their times. */
interface Waiting {
  readonly bit: number;
  readonly of: Float64Array;
  readonly inOrder: Uint32Array;
  passed: number;
}

/** The clients that have not been taken yet. */
export class NextUploads {
  readonly #times: UploadTimes;
  readonly #stateOf: Uint8Array;
  readonly #heaps: readonly IndexHeap[];
  readonly #slowerDownloads: Waiting;
  readonly #slowerComputes: Waiting;

  constructor(times: UploadTimes) {
    this.#times = times;
    const { downloads, computes } = times;
    this.#stateOf = new Uint8Array(downloads.length);
    this.#heaps = states.map(
      (state) => new IndexHeap((a, b) => this.#isBefore(a, this.#ownTime(a, state), b, this.#ownTime(b, state))),
    );
    this.#slowerDownloads = { bit: DOWNLOAD_PASSED, of: downloads, inOrder: ascending(downloads), passed: 0 };
    this.#slowerComputes = { bit: COMPUTE_PASSED, of: computes, inOrder: ascending(computes), passed: 0 };
    for (let client = 0; client < downloads.length; client++) this.#heaps[0]?.push(client);
  }

  /** The client with which the round ends first, and that end; null if all were taken. `so` must not go back. */
  earliest(so: RoundSoFar): { readonly client: number; readonly end: number } | null {
    this.#pass(this.#slowerDownloads, so.distribution);
    this.#pass(this.#slowerComputes, so.uploads);
    let best: { readonly client: number; readonly end: number } | null = null;
    for (const state of states) {
      const client = this.#firstOf(state);
      if (client === undefined) continue;
      const end =
        this.#ownTime(client, state) +
        (state & DOWNLOAD_PASSED ? so.distribution : 0) +
        (state & COMPUTE_PASSED ? so.uploads : 0);
      if (best === null || this.#isBefore(client, end, best.client, best.end)) best = { client, end };
    }
    return best;
  }

  take(client: number): void {
    this.#stateOf[client] = TAKEN;
  }

  /** What of the round's end is the client's own in that state; the rest is D or Theta. */
  #ownTime(client: number, state: number): number {
    const { downloads, computes, uploads } = this.#times;
    return (
      (uploads[client] as number) +
      (state & DOWNLOAD_PASSED ? 0 : (downloads[client] as number)) +
      (state & COMPUTE_PASSED ? 0 : (computes[client] as number))
    );
  }

  #isBefore(a: number, timeOfA: number, b: number, timeOfB: number): boolean {
    const { draws } = this.#times;
    return (timeOfA - timeOfB || (draws[a] as number) - (draws[b] as number) || a - b) < 0;
  }

  /** Those that have left the state since they came into the heap are dropped on the way. */
  #firstOf(state: number): number | undefined {
    const heap = this.#heaps[state] as IndexHeap;
    while (heap.first !== undefined && this.#stateOf[heap.first] !== state) heap.removeFirst();
    return heap.first;
  }

  #pass(waiting: Waiting, reached: number): void {
    while (waiting.passed < waiting.inOrder.length) {
      const client = waiting.inOrder[waiting.passed] as number;
      if ((waiting.of[client] as number) > reached) return;
      waiting.passed += 1;
      const state = this.#stateOf[client] as number;
      if (state === TAKEN) continue;
      this.#stateOf[client] = state | waiting.bit;
      this.#heaps[state | waiting.bit]?.push(client);
    }
  }
}

function ascending(values: Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
}
