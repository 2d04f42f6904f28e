// Label skew for clients whose sizes are given, as in Hsu, Qi & Brown 2019, "Measuring the effects of non-identical data distribution
// for federated visual classification": each client draws its own mixture of classes, and its examples by that mixture.

import { ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { dirichletVariate } from "../../foundation/random-variates.ts";
import type { PartitionDescription } from "./parse-partition.ts";
import { partitionIid, shuffleInPlace } from "./partition-iid.ts";

/**
 * Every client gets as many examples as `sizes` says, none goes to two. Under "dirichlet" the classes that are left when others are
 * used up go to whoever still lacks examples; all clients draw in one random order, so that this meets all alike.
 *
 * @param options.labels the class of every example.
 * @returns per client, the indices of its examples in random order, so that a prefix has the client's own mixture.
 * @throws {ProbSelectError} workloads.invalid-partition if there are fewer examples than the sizes' sum.
 */
export function partitionSized(options: {
  readonly labels: Uint8Array;
  readonly sizes: ArrayLike<number>;
  readonly partition: PartitionDescription;
  readonly seed: number;
}): Uint32Array[] {
  const { labels, sizes, partition, seed } = options;
  requireEnough(labels.length, sizes);
  const shares = Array.from(sizes, (size) => new Uint32Array(size));
  if (partition.kind === "iid") fillInOrder(shares, labels.length, seed);
  else fillByMixture(shares, labels, partition.alpha, seed);
  return shares;
}

function fillInOrder(shares: readonly Uint32Array[], exampleCount: number, seed: number): void {
  const [dealt = new Uint32Array(0)] = partitionIid({ exampleCount, clientCount: 1, seed });
  let taken = 0;
  for (const share of shares) {
    share.set(dealt.subarray(taken, taken + share.length));
    taken += share.length;
  }
}

function fillByMixture(shares: readonly Uint32Array[], labels: Uint8Array, alpha: number, seed: number): void {
  const pools = poolsByClass(labels, seed);
  const sizes = pools.map(({ length }) => length);
  const mixtures = shares.map((_, client) => mixtureOf(sizes, alpha, seed, client));
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
function mixtureOf(sizes: readonly number[], alpha: number, seed: number, client: number): Float64Array {
  const shares = dirichletVariate(alpha, sizes.length, seededRandom(seed, "partition", "sized", "mixture", client));
  return Float64Array.from(shares, (share, label) => share * (sizes[label] as number));
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
