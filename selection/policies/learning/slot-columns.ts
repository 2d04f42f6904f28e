// What a policy remembers of clients: columns by slot, which are copied before they change, so that a policy stays a pure reducer.

import { numberColumn } from "../../policy/number-column.ts";

/**
 * A copy of the column that may be written to, as long as the larger of `length` and its own; new entries are NaN.
 *
 * @example copyOfColumn(Float64Array.of(1), 3) // [1, NaN, NaN]
 */
export function copyOfColumn(column: Float64Array, length: number): Float64Array {
  const copy = new Float64Array(Math.max(column.length, length)).fill(Number.NaN);
  copy.set(column);
  return copy;
}

/**
 * The entries of those slots; NaN for a slot that the column does not reach.
 *
 * @example columnAt(Float64Array.of(1, 2), Uint32Array.of(1, 5)) // [2, NaN]
 */
export function columnAt(column: Float64Array, slots: Uint32Array): Float64Array {
  return numberColumn(slots, (slot) => column[slot] ?? Number.NaN);
}

/** One more than the largest of the slots, 0 without any: how long a column must be to hold them. */
export function lengthFor(clients: readonly { readonly slot: number }[]): number {
  return clients.reduce((length, { slot }) => Math.max(length, slot + 1), 0);
}
