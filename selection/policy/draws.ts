// Random draws that belong to a client: a function of the seed, a label, the round and the client's key, and of nothing else.
// A draw does not depend on who else is there or in which order, so cohorts are the same whatever the order of candidates, and
// policies that are compared on one seed share their luck (common random numbers).

import { avalanche, hashText } from "../../foundation/hash.ts";
import type { SelectionRequest } from "./policy.ts";

/**
 * A uniform draw on (0, 1) for each client: `draw(key)` is the same for the same request, label and key. The k clients of least
 * draw are a uniform sample of k without replacement.
 *
 * @param label names the purpose, so that two draws of one round are independent.
 */
export function drawsOf(
  { seed, round }: Pick<SelectionRequest, "seed" | "round">,
  label: string,
): (key: number) => number {
  const base = hashText(`${seed}|${label}|${round}`);
  const other = avalanche(base ^ 0x9e3779b9);
  return (key) => {
    const high = avalanche(Math.imul(key ^ base, 0x9e3779b1) + other) >>> 0;
    const low = avalanche(Math.imul(key + other, 0x85ebca77) ^ base) >>> 0;
    // 53 bits, moved by half a step off 0.
    return ((high >>> 5) * 2 ** 26 + (low >>> 6) + 0.5) / 2 ** 53;
  };
}

/**
 * Weighted sampling without replacement: of keys -ln(u) / w the k least are k successive draws, each in proportion to the weights
 * that are left (Efraimidis & Spirakis 2006, "Weighted random sampling with a reservoir", algorithm A).
 *
 * @param weight at least 0; a weight of 0 is drawn last.
 */
export function exponentialKey(uniform: number, weight: number): number {
  return weight > 0 ? -Math.log(uniform) / weight : Number.POSITIVE_INFINITY;
}
