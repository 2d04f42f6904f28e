// From the description of a partition to the share of each client.

import type { PartitionDescription } from "./parse-partition.ts";
import { partitionDirichlet } from "./partition-dirichlet.ts";
import { partitionIid } from "./partition-iid.ts";
import { partitionLabels } from "./partition-labels.ts";
import { partitionNatural } from "./partition-natural.ts";
import { partitionQuantity } from "./partition-quantity.ts";
import { partitionShards } from "./partition-shards.ts";

/** What a partition is made from. */
export interface PartitionedData {
  /** The class of every example. */
  readonly labels: Uint8Array;
  /** To whom each example belongs, where the data set says. Only "natural" reads them. */
  readonly ids?: readonly string[] | undefined;
}

/**
 * @returns per client, the indices of its examples in random order; no example is in two shares.
 * @throws {ProbSelectError} workloads.invalid-partition
 * @example partitionExamples({ labels }, { partition: { kind: "iid" }, clientCount: 10, seed: 1 })
 */
export function partitionExamples(
  { labels, ids }: PartitionedData,
  options: { readonly partition: PartitionDescription; readonly clientCount: number; readonly seed: number },
): Uint32Array[] {
  const { partition, clientCount, seed } = options;
  const division = { clientCount, seed };
  switch (partition.kind) {
    case "iid":
      return partitionIid({ exampleCount: labels.length, ...division });
    case "dirichlet":
      return partitionDirichlet({ labels, alpha: partition.alpha, ...division });
    case "shards":
      return partitionShards({ labels, shardsPerClient: partition.shardsPerClient, ...division });
    case "quantity":
      return partitionQuantity({ exampleCount: labels.length, alpha: partition.alpha, ...division });
    case "labels":
      return partitionLabels({ labels, classesPerClient: partition.classesPerClient, ...division });
    case "natural":
      return partitionNatural({ ids, ...division });
  }
}
