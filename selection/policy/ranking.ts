// The first so many candidates of an order, without sorting the others: a quickselect finds the edge, and only those inside it are
// sorted. A million candidates and a cohort of hundreds is the usual case.

import { quickselect } from "simple-statistics";
import type { CandidateTable } from "./candidate-table.ts";
import { priorityLevels } from "./priority-levels.ts";

export interface Order {
  /** Indices of the candidates that take part. */
  readonly eligible: Uint32Array;
  /** By candidate; higher first. Not NaN. */
  readonly weights: ArrayLike<number>;
  /** Ties go to the smaller draw; asked only where it matters. */
  readonly drawOf: (index: number) => number;
  /** By candidate, as in the table: before the weights. */
  readonly priorities: CandidateTable["priorities"];
}

/**
 * The `count` candidates that come first, in their order: by priority, then weight, both descending, ties by draw.
 *
 * @example firstOf({ eligible: Uint32Array.of(0, 1, 2), weights: [0.2, 0.9, 0.5], drawOf, priorities: null }, 2) // [1, 2]
 */
export function firstOf(order: Order, count: number): Uint32Array {
  const { eligible, priorities } = order;
  const chosen = new Uint32Array(Math.max(0, Math.min(count, eligible.length)));
  let filled = 0;
  for (const members of priorityLevels(eligible, priorities)) {
    if (filled >= chosen.length) break;
    const first = firstByWeight(order, members, chosen.length - filled);
    chosen.set(first, filled);
    filled += first.length;
  }
  return chosen;
}

/** Indices for which `holds`. */
export function indicesWhere(size: number, holds: (index: number) => boolean): Uint32Array {
  const found = new Uint32Array(size);
  let count = 0;
  for (let index = 0; index < size; index++) {
    if (holds(index)) found[count++] = index;
  }
  return found.subarray(0, count);
}

function firstByWeight({ weights, drawOf }: Order, members: Uint32Array, count: number): Uint32Array {
  const inside = count >= members.length ? members : aboveTheEdge(members, weights, drawOf, count);
  const draws = new Map<number, number>();
  const draw = (index: number) => {
    const known = draws.get(index) ?? drawOf(index);
    draws.set(index, known);
    return known;
  };
  return Uint32Array.from(
    [...inside].sort((a, b) => (weights[b] as number) - (weights[a] as number) || draw(a) - draw(b) || a - b),
  );
}

/** The `count` of highest weight, in no order; of those at the edge the ones of least draw. */
function aboveTheEdge(
  members: Uint32Array,
  weights: ArrayLike<number>,
  drawOf: (index: number) => number,
  count: number,
): Uint32Array {
  if (count <= 0) return new Uint32Array(0);
  const edge = kthLargest(members, weights, count);
  const inside = new Uint32Array(count);
  let filled = 0;
  const ties: number[] = [];
  for (const index of members) {
    const weight = weights[index] as number;
    if (weight > edge) inside[filled++] = index;
    else if (weight === edge) ties.push(index);
  }
  const missing = count - filled;
  inside.set(missing === ties.length ? ties : leastDraws(ties, drawOf, missing), filled);
  return inside;
}

function kthLargest(members: Uint32Array, weights: ArrayLike<number>, count: number): number {
  // An array, which the quickselect asks for; filled by hand, since `Array.from` a column takes five times as long.
  const values: number[] = new Array(members.length);
  for (let at = 0; at < values.length; at++) values[at] = weights[members[at] as number] as number;
  const position = values.length - count;
  quickselect(values, position);
  return values[position] as number;
}

/** Among many ties the edge is found by the same means. */
function leastDraws(ties: readonly number[], drawOf: (index: number) => number, count: number): readonly number[] {
  const draws = ties.map(drawOf);
  const sorted = [...draws];
  quickselect(sorted, count - 1);
  const edge = sorted[count - 1] as number;
  // Two clients of one key have one draw: the first of them is taken.
  return ties.filter((_, at) => (draws[at] as number) <= edge).slice(0, count);
}
