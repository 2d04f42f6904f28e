// The time of a network's step at a batch size that was not timed, from those that were.

export interface BatchTime {
  readonly batchSize: number;
  readonly secondsPerStep: number;
}

export interface OtherBatchTime {
  readonly seconds: number;
  /** How it was found, to complete "batch size 48 is ...". */
  readonly how: string;
}

/**
 * Between two timed batches the logarithm of the time is linear in that of the batch; outside of them the nearest time is scaled by
 * what a step model says of the two batches.
 *
 * @param timed at least one, none at `batchSize`.
 * @param modelled seconds of a step of the network at a batch size by a step model; null if it cannot tell, then time is
 * proportional to the batch.
 * @example otherBatchSeconds([{ batchSize: 16, secondsPerStep: 1 }, { batchSize: 64, secondsPerStep: 4 }], 32, () => null).seconds
 * // 1 * (4 / 1) ** (ln 2 / ln 4) = 2
 */
export function otherBatchSeconds(
  timed: readonly BatchTime[],
  batchSize: number,
  modelled: (batchSize: number) => number | null,
): OtherBatchTime {
  const ordered = [...timed].sort((a, b) => a.batchSize - b.batchSize);
  const below = ordered.filter((each) => each.batchSize < batchSize).at(-1);
  const above = ordered.find((each) => each.batchSize > batchSize);
  if (below && above) {
    const share = Math.log(batchSize / below.batchSize) / Math.log(above.batchSize / below.batchSize);
    const seconds = below.secondsPerStep * (above.secondsPerStep / below.secondsPerStep) ** share;
    return { seconds, how: `interpolated between ${below.batchSize} and ${above.batchSize}` };
  }
  const nearest = below ?? above;
  if (!nearest) throw new Error("no batch size was timed");
  const there = modelled(nearest.batchSize);
  const here = modelled(batchSize);
  const ratio = there !== null && here !== null && there > 0 ? here / there : batchSize / nearest.batchSize;
  return { seconds: nearest.secondsPerStep * ratio, how: `scaled from ${nearest.batchSize} by the step model` };
}
