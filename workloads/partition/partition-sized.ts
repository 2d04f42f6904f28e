// Division over clients whose sizes are given. Label skew is that of Hsu, Qi & Brown 2019, "Measuring the effects of non-identical data
// distribution for federated visual classification": each client draws its own mixture of classes, and its examples by that mixture.

import { ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { dirichletVariate } from "../../foundation/random-variates.ts";
import type { PartitionDescription } from "./parse-partition.ts";
import type { PartitionedData } from "./partition-examples.ts";
import { partitionIid, shuffleInPlace } from "./partition-iid.ts";
import { dealClasses } from "./partition-labels.ts";
import { partitionNatural } from "./partition-natural.ts";
import { sortedByClass } from "./partition-shards.ts";

/**
 * Every client gets as many examples as `sizes` says, none goes to two. Under "dirichlet" and "labels" the classes that are left when
 * others are used up go to whoever still lacks examples; all clients draw in one random order, so that this meets all alike. Under
 * "shards" the pieces of a client are as long as its size wants. Under "natural" a client that is dealt fewer examples than its size gets
 * those.
 *
 * @returns per client, the indices of its examples in random order, so that a prefix has the client's own mixture.
 * @throws {ProbSelectError} workloads.invalid-partition if there are fewer examples than the sizes' sum, or the partition decides the
 * sizes itself ("quantity").
 */
export function partitionSized(
  options: PartitionedData & {
    readonly sizes: ArrayLike<number>;
    readonly partition: PartitionDescription;
    readonly seed: number;
  },
): Uint32Array[] {
  const { labels, ids, sizes, partition, seed } = options;
  requireEnough(labels.length, sizes);
  const shares = Array.from(sizes, (size) => new Uint32Array(size));
  switch (partition.kind) {
    case "iid":
      fillInOrder(shares, labels.length, seed);
      return shares;
    case "dirichlet":
      fillByMixture(shares, labels, seed, (classSizes) =>
        shares.map((_, client) => dirichletMixture(classSizes, partition.alpha, seed, client)),
      );
      return shares;
    case "labels":
      fillByMixture(shares, labels, seed, (classSizes) =>
        fewClasses(classSizes, shares.length, partition.classesPerClient, seed),
      );
      return shares;
    case "shards":
      fillByShards(shares, labels, partition.shardsPerClient, seed);
      return shares;
    case "natural":
      return partitionNatural({ ids, clientCount: shares.length, seed }).map((share, client) =>
        share.slice(0, sizes[client]),
      );
    case "quantity":
      throw new ProbSelectError(
        "workloads.invalid-partition",
        `The partition "quantity:${partition.alpha}" draws the clients' sizes, but here they are given. Use iid, and let the sizes vary ` +
          `(in a scenario: fleet.examples: {least: 20, most: 2000}).`,
      );
  }
}

function fillInOrder(shares: readonly Uint32Array[], exampleCount: number, seed: number): void {
  const [dealt = new Uint32Array(0)] = partitionIid({ exampleCount, clientCount: 1, seed });
  let taken = 0;
  for (const share of shares) {
    share.set(dealt.subarray(taken, taken + share.length));
    taken += share.length;
  }
}

/** @param mixturesOf from the sizes of the classes to each client's weights of them. */
function fillByMixture(
  shares: readonly Uint32Array[],
  labels: Uint8Array,
  seed: number,
  mixturesOf: (classSizes: readonly number[]) => readonly Float64Array[],
): void {
  const pools = poolsByClass(labels, seed);
  const mixtures = mixturesOf(pools.map(({ length }) => length));
  const random = seededRandom(seed, "partition", "sized", "class");
  const filled = new Uint32Array(shares.length);
  for (const client of turnsOf(shares, seed)) {
    const pool = pools[drawClass(mixtures[client] as Float64Array, pools, random.next())] as number[];
    const share = shares[client] as Uint32Array;
    const place = filled[client] as number;
    share[place] = pool.pop() as number;
    filled[client] = place + 1;
  }
  for (const [client, share] of shares.entries()) shuffleInPlace(share, seed, "sized", "client", client);
}

/** Class by class, the indices of its examples in random order. */
function poolsByClass(labels: Uint8Array, seed: number): number[][] {
  const pools: number[][] = [];
  const all = Uint32Array.from(labels, (_, index) => index);
  shuffleInPlace(all, seed, "sized", "pools");
  for (const index of all) {
    const label = labels[index] as number;
    while (pools.length <= label) pools.push([]);
    pools[label]?.push(index);
  }
  return pools;
}

/** A draw of the symmetric Dirichlet distribution, each class times how often it occurs in the data. */
function dirichletMixture(sizes: readonly number[], alpha: number, seed: number, client: number): Float64Array {
  const shares = dirichletVariate(alpha, sizes.length, seededRandom(seed, "partition", "sized", "mixture", client));
  return Float64Array.from(shares, (share, label) => share * (sizes[label] as number));
}

/** Each client's classes weigh as much as they occur; all others nothing. */
function fewClasses(sizes: readonly number[], clientCount: number, classesPerClient: number, seed: number) {
  const present = sizes.flatMap((size, label) => (size > 0 ? [label] : []));
  return dealClasses({ classCount: present.length, clientCount, classesPerClient, seed }).map((own) => {
    const labels = new Set(own.map((position) => present[position]));
    return Float64Array.from(sizes, (size, label) => (labels.has(label) ? size : 0));
  });
}

/** Lays each client's pieces in random order along the examples sorted by class. Examples that nobody wants are left out at random before. */
function fillByShards(shares: readonly Uint32Array[], labels: Uint8Array, shardsPerClient: number, seed: number): void {
  const wanted = shares.reduce((sum, { length }) => sum + length, 0);
  const [dealt = new Uint32Array(0)] = partitionIid({ exampleCount: labels.length, clientCount: 1, seed });
  const chosen = dealt.slice(0, wanted).sort();
  const sorted = sortedByClass(
    Uint8Array.from(chosen, (at) => labels[at] as number),
    seed,
  );
  const pieces = Uint32Array.from({ length: shares.length * shardsPerClient }, (_, piece) => piece);
  shuffleInPlace(pieces, seed, "sized", "pieces");
  let taken = 0;
  for (const piece of pieces) {
    const client = Math.floor(piece / shardsPerClient);
    const share = shares[client] as Uint32Array;
    const begin = (shard: number) => Math.floor((shard * share.length) / shardsPerClient);
    const shard = piece % shardsPerClient;
    for (let place = begin(shard); place < begin(shard + 1); place++)
      share[place] = chosen[sorted[taken++] as number] as number;
  }
  for (const [client, share] of shares.entries()) shuffleInPlace(share, seed, "sized", "client", client);
}

/** Each client as often as it has examples, in random order. */
function turnsOf(shares: readonly Uint32Array[], seed: number): Uint32Array {
  const turns = new Uint32Array(shares.reduce((sum, { length }) => sum + length, 0));
  let begin = 0;
  for (const [client, { length }] of shares.entries()) {
    turns.fill(client, begin, begin + length);
    begin += length;
  }
  shuffleInPlace(turns, seed, "sized", "turns");
  return turns;
}

/** A class by its weight, of those that have examples left. A mixture of almost one class may have none: then the fullest. */
function drawClass(mixture: Float64Array, pools: readonly (readonly number[])[], uniform: number): number {
  let total = 0;
  let fullest = 0;
  for (const [label, { length }] of pools.entries()) {
    if (length > 0) total += mixture[label] as number;
    if (length > (pools[fullest] as readonly number[]).length) fullest = label;
  }
  let left = uniform * total;
  for (const [label, { length }] of pools.entries()) {
    const weight = mixture[label] as number;
    if (length === 0 || weight === 0) continue;
    left -= weight;
    if (left < 0) return label;
  }
  return fullest;
}

function requireEnough(exampleCount: number, sizes: ArrayLike<number>): void {
  const wanted = Array.from(sizes).reduce((sum, size) => sum + size, 0);
  if (wanted <= exampleCount) return;
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `The data set has ${exampleCount} examples, but ${sizes.length} clients want ${wanted} together. Give the clients fewer.`,
  );
}
