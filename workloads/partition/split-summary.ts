// What a split of a data set over clients looks like in numbers: sizes, classes, and how far each client's classes are from the whole's.

/** One client's share. */
export interface ClientSplit {
  readonly exampleCount: number;
  /** Examples of each class. */
  readonly classCounts: readonly number[];
  /** Classes of which it has an example. */
  readonly presentClasses: number;
  /** Share of its most frequent class, 0..1. */
  readonly largestClassShare: number;
  /** Total variation distance of its classes from those of all examples, half the sum of |p - q|: 0 alike, 1 nothing in common. */
  readonly totalVariation: number;
}

export interface SplitSummary {
  readonly clients: readonly ClientSplit[];
  /** Of all examples, given or not. */
  readonly classCounts: readonly number[];
  /** Examples that no client has. */
  readonly leftOutCount: number;
  readonly smallestShare: number;
  readonly largestShare: number;
  /** Mean over the clients, each counted once. */
  readonly meanTotalVariation: number;
}

/**
 * @param options.shares per client, the indices of its examples; none empty.
 * @example summariseSplit({ labels: Uint8Array.of(0, 1), classCount: 2, shares: [Uint32Array.of(0), Uint32Array.of(1)] })
 * // meanTotalVariation 0.5: each client has (1, 0) or (0, 1), all have (1/2, 1/2)
 */
export function summariseSplit(options: {
  readonly labels: Uint8Array;
  readonly classCount: number;
  readonly shares: readonly Uint32Array[];
}): SplitSummary {
  const { labels, classCount, shares } = options;
  const classCounts = countsOf(labels, classCount);
  const wholeShares = classCounts.map((count) => count / labels.length);
  const clients = shares.map((share) => {
    return clientSplit(
      countsOf(
        Uint8Array.from(share, (index) => labels[index] ?? 0),
        classCount,
      ),
      wholeShares,
    );
  });
  const sizes = shares.map(({ length }) => length);
  const givenCount = sizes.reduce((sum, size) => sum + size, 0);
  return {
    clients,
    classCounts,
    leftOutCount: labels.length - givenCount,
    smallestShare: sizes.reduce((least, size) => Math.min(least, size), Number.POSITIVE_INFINITY),
    largestShare: sizes.reduce((most, size) => Math.max(most, size), 0),
    meanTotalVariation: clients.reduce((sum, { totalVariation }) => sum + totalVariation, 0) / clients.length,
  };
}

function clientSplit(classCounts: readonly number[], wholeShares: readonly number[]): ClientSplit {
  const exampleCount = classCounts.reduce((sum, count) => sum + count, 0);
  const distances = classCounts.map((count, label) => Math.abs(count / exampleCount - (wholeShares[label] ?? 0)));
  return {
    exampleCount,
    classCounts,
    presentClasses: classCounts.filter((count) => count > 0).length,
    largestClassShare: Math.max(...classCounts) / exampleCount,
    totalVariation: distances.reduce((sum, distance) => sum + distance, 0) / 2,
  };
}

function countsOf(labels: Uint8Array, classCount: number): number[] {
  const counts = Array.from({ length: classCount }, () => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
