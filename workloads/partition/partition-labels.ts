// Label skew by a number of classes a client, "#C = k" of Li et al. 2022, "Federated learning on non-IID data silos: an experimental
// study" (NIID-Bench), section IV-A: each client has examples of k classes only, and a class is divided evenly over those who have it.

import { ProbSelectError } from "../../foundation/errors.ts";
import { type RandomSource, seededRandom, shuffled } from "../../foundation/random-source.ts";
import { concatenated, indicesByClass } from "./indices-by-class.ts";
import { requireEnoughExamples, shuffleInPlace } from "./partition-iid.ts";

/**
 * No example goes to two clients. Classes are dealt so that each has as many owners as any other, or one more: all examples are given if
 * `clientCount * classesPerClient` is at least the number of classes; else those of the classes that nobody has are left.
 *
 * @param options.labels the class of every example.
 * @returns per client, the indices of its examples in random order, so that a prefix has the client's own mixture.
 * @throws {ProbSelectError} workloads.invalid-partition if there are fewer classes than `classesPerClient`, or a client's classes have
 * too few examples for all of their owners.
 */
export function partitionLabels(options: {
  readonly labels: Uint8Array;
  readonly clientCount: number;
  readonly classesPerClient: number;
  readonly seed: number;
}): Uint32Array[] {
  const { labels, clientCount, classesPerClient, seed } = options;
  requireEnoughExamples(labels.length, clientCount, 1);
  const classes = indicesByClass(labels);
  const owned = dealClasses({ classCount: classes.length, clientCount, classesPerClient, seed });
  for (const [position, indices] of classes.entries()) shuffleInPlace(indices, seed, "labels", "class", position);
  const parts: Uint32Array[][] = Array.from({ length: clientCount }, () => []);
  for (const [position, indices] of classes.entries()) {
    const owners = owned.flatMap((own, client) => (own.includes(position) ? [client] : []));
    for (const [rank, client] of owners.entries()) parts[client]?.push(pieceOf(indices, rank, owners.length));
  }
  return parts.map((ofClient, client) => {
    const share = concatenated(ofClient);
    requireSome(share, client, classesPerClient);
    shuffleInPlace(share, seed, "labels", "client", client);
    return share;
  });
}

/**
 * Per client, which classes it has: of those with the fewest owners so far, in random order.
 *
 * @throws {ProbSelectError} workloads.invalid-partition if there are fewer classes than each is to have.
 */
export function dealClasses(options: {
  readonly classCount: number;
  readonly clientCount: number;
  readonly classesPerClient: number;
  readonly seed: number;
}): number[][] {
  const { classCount, clientCount, classesPerClient, seed } = options;
  if (classesPerClient > classCount) {
    throw new ProbSelectError(
      "workloads.invalid-partition",
      `A client cannot have ${classesPerClient} classes of a data set with ${classCount}. Use labels:${classCount} or less.`,
    );
  }
  const random = seededRandom(seed, "partition", "labels", "deal");
  const ownerCounts = new Uint32Array(classCount);
  return Array.from({ length: clientCount }, () => {
    const own = fewestOwners(ownerCounts, random).slice(0, classesPerClient);
    for (const position of own) ownerCounts[position] = (ownerCounts[position] ?? 0) + 1;
    return own;
  });
}

function fewestOwners(ownerCounts: Uint32Array, random: RandomSource): number[] {
  const order = shuffled([...ownerCounts.keys()], random);
  return order.sort((first, second) => (ownerCounts[first] ?? 0) - (ownerCounts[second] ?? 0));
}

function pieceOf(indices: Uint32Array, rank: number, pieceCount: number): Uint32Array {
  const begin = (piece: number) => Math.floor((piece * indices.length) / pieceCount);
  return indices.subarray(begin(rank), begin(rank + 1));
}

function requireSome(share: Uint32Array, client: number, classesPerClient: number): void {
  if (share.length > 0) return;
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `Client ${client} would be left without an example: its ${classesPerClient} classes have fewer examples than clients that own them. ` +
      `Use fewer clients or more classes a client.`,
  );
}
