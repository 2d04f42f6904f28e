// Label skew by shards, as in McMahan et al. 2017, "Communication-efficient learning of deep networks from decentralized data",
// section 3: the examples are sorted by their label and cut into shards, of which each client is dealt a few. With two shards a client has
// the examples of about two classes.

import { concatenated, indicesByClass } from "./indices-by-class.ts";
import { requireEnoughExamples, shuffleInPlace } from "./partition-iid.ts";

/**
 * Every example goes to exactly one client. The shards' sizes differ by at most one (the paper's divide evenly).
 *
 * @param options.labels the class of every example.
 * @param options.shardsPerClient 2 in the paper.
 * @returns per client, the indices of its examples in random order, so that a prefix has the client's own mixture.
 * @throws {ProbSelectError} workloads.invalid-partition if there are fewer examples than shards.
 */
export function partitionShards(options: {
  readonly labels: Uint8Array;
  readonly clientCount: number;
  readonly shardsPerClient: number;
  readonly seed: number;
}): Uint32Array[] {
  const { labels, clientCount, shardsPerClient, seed } = options;
  requireEnoughExamples(labels.length, clientCount, shardsPerClient);
  const sorted = sortedByClass(labels, seed);
  const shardCount = clientCount * shardsPerClient;
  const deal = Uint32Array.from({ length: shardCount }, (_, shard) => shard);
  shuffleInPlace(deal, seed, "shards", "deal");
  const begin = (shard: number) => Math.floor((shard * sorted.length) / shardCount);
  return Array.from({ length: clientCount }, (_, client) => {
    const own = deal.subarray(client * shardsPerClient, (client + 1) * shardsPerClient);
    const share = concatenated(Array.from(own, (shard) => sorted.subarray(begin(shard), begin(shard + 1))));
    shuffleInPlace(share, seed, "shards", "client", client);
    return share;
  });
}

/** All indices, class after class, in random order within a class. */
export function sortedByClass(labels: Uint8Array, seed: number): Uint32Array {
  const classes = indicesByClass(labels);
  for (const [position, indices] of classes.entries()) shuffleInPlace(indices, seed, "shards", "class", position);
  return concatenated(classes);
}
