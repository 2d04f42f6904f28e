// What a benchmark is and what it prints: figures as ratios to a peer or a limit of the same run.

import { median } from "simple-statistics";

export interface Measurement {
  readonly name: string;
  /** Null if it could not be measured; `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** value / the value of `against`, for rates; for seconds the other way round, so that more is better. Null: nothing to compare with. */
  readonly ratio: number | null;
  readonly against: string | null;
  readonly peakRssBytes: number;
  readonly note?: string;
}

export interface Benchmark {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** True: it takes minutes, and only runs when it is named. */
  readonly isLong?: boolean | undefined;
  /**
   * @param progress a line for people while it runs.
   * @param request whether it was asked for by name, so that it may fetch what takes long.
   */
  readonly run: (
    progress: (line: string) => void,
    request: { readonly wasNamed: boolean },
  ) => Promise<readonly Measurement[]>;
}

/** Peak resident memory of this process so far. */
export const peakRssBytes = (): number => process.resourceUsage().maxRSS * 1024;

/** The rate's ratio to another, null if either is missing. */
export function ratioOf(value: number | null, other: number | null): number | null {
  return value === null || other === null || other === 0 ? null : value / other;
}

/**
 * Times two sides of a comparison in turns, so that a busy spell of the machine meets both.
 *
 * @param sides what a side returns, if it is a function, is called when its time was taken, to clean up.
 * @param turns how often each is run; the first turn of each is a warm-up and does not count.
 * @returns the median seconds of each side.
 */
export async function interleave<Side extends string>(
  sides: Readonly<Record<Side, () => unknown>>,
  turns: number,
): Promise<Record<Side, number>> {
  const names = Object.keys(sides) as Side[];
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Side, number[]>;
  for (let turn = 0; turn <= turns; turn++) {
    for (const name of names) {
      const started = performance.now();
      const cleanUp = await sides[name]();
      if (turn > 0) seconds[name].push((performance.now() - started) / 1000);
      if (typeof cleanUp === "function") await cleanUp();
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(seconds[name])])) as Record<Side, number>;
}
