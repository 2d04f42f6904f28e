// Runs by workload and seed, as the crossed bootstrap takes them.

import type { CrossedTable } from "./bootstrap.ts";

/** Where a value stands. */
export interface CrossedPlace {
  readonly workload: string;
  readonly seed: number;
}

/**
 * A row a workload and a column a seed, each in the order of its first appearance; several values of one place become one.
 *
 * @param combine the values of a place, at least one.
 * @example crossedTable(rows, placeOf, (own) => mean(own.map(valueOf)))
 */
export function crossedTable<Item, Value>(
  items: readonly Item[],
  placeOf: (item: Item) => CrossedPlace,
  combine: (items: readonly Item[]) => Value | null,
): CrossedTable<Value> {
  const seeds = new Set<number>();
  const byWorkload = new Map<string, Map<number, Item[]>>();
  for (const item of items) {
    const { workload, seed } = placeOf(item);
    seeds.add(seed);
    const row = byWorkload.get(workload) ?? new Map<number, Item[]>();
    byWorkload.set(workload, row);
    const own = row.get(seed) ?? [];
    row.set(seed, own);
    own.push(item);
  }
  return [...byWorkload.values()].map((row) =>
    [...seeds].map((seed) => {
      const own = row.get(seed);
      return own === undefined ? null : combine(own);
    }),
  );
}
