// Which examples of a data set are a simulated client's: as many as its fleet says it holds, in memory that threads share.

import { ProbSelectError } from "../../../foundation/errors.ts";
import type { PartitionDescription } from "../../../workloads/partition/parse-partition.ts";
import type { PartitionedData } from "../../../workloads/partition/partition-examples.ts";
import { partitionSized } from "../../../workloads/partition/partition-sized.ts";

/** The examples of client i are `indices[offsets[i]]` .. `indices[offsets[i + 1] - 1]`. */
export interface ClientShares {
  readonly indices: Uint32Array;
  readonly offsets: Uint32Array;
}

/** @throws {ProbSelectError} workloads.invalid-partition if there are more clients than examples; as `partitionSized`. */
export function divideOverFleet(
  options: PartitionedData & {
    /** What each client of the fleet holds, 1 or more. */
    readonly exampleCounts: Uint32Array;
    readonly partition: PartitionDescription;
    readonly seed: number;
  },
): ClientShares {
  const { labels, ids, exampleCounts, partition, seed } = options;
  const sizes = sharedSizes(exampleCounts, labels.length);
  const shares = partitionSized({ labels, ids, sizes, partition, seed });
  const offsets = inSharedMemory(Uint32Array, shares.length + 1);
  for (const [client, { length }] of shares.entries()) offsets[client + 1] = (offsets[client] as number) + length;
  const indices = inSharedMemory(Uint32Array, offsets.at(-1) as number);
  for (const [client, share] of shares.entries()) indices.set(share, offsets[client]);
  return { indices, offsets };
}

export function shareOf({ indices, offsets }: ClientShares, client: number): Uint32Array {
  return indices.subarray(offsets[client], offsets[client + 1]);
}

/**
 * What each client can be given of a data set: as many examples as it holds; where these are more than there are, one each, and of the
 * rest in proportion, so that who holds more still trains on more.
 *
 * @example sharedSizes(Uint32Array.of(1, 5, 9), 9) // [1, 3, 5]: 1 + 6/12 of 0, 4 and 8 more
 * @throws {ProbSelectError} workloads.invalid-partition if there are more clients than examples.
 */
export function sharedSizes(exampleCounts: Uint32Array, availableCount: number): Uint32Array {
  const clientCount = exampleCounts.length;
  const heldCount = exampleCounts.reduce((sum, count) => sum + count, 0);
  if (heldCount <= availableCount) return exampleCounts;
  if (clientCount > availableCount) {
    throw new ProbSelectError(
      "workloads.invalid-partition",
      `A data set of ${availableCount} examples cannot give one to each of ${clientCount} clients. Simulate fewer clients, or leave ` +
        `"learning" out of the scenario.`,
    );
  }
  const rate = (availableCount - clientCount) / (heldCount - clientCount);
  let held = 0;
  let given = 0;
  return exampleCounts.map((count) => {
    held += count - 1;
    const more = Math.round(held * rate) - given;
    given += more;
    return 1 + more;
  });
}

export interface SharedArrayKind<Values> {
  new (buffer: SharedArrayBuffer): Values;
  readonly BYTES_PER_ELEMENT: number;
}

/** An array of zeros that threads see without a copy. */
export function inSharedMemory<Values>(kind: SharedArrayKind<Values>, length: number): Values {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));
}
