// What of a client is drawn once for the seed: a function of the seed, a label and the client's key, and of no other client.

import { normalOf } from "../../../foundation/variates-of-uniforms.ts";
import { drawsOf } from "../../../selection/policy/draws.ts";

/** A draw by the client's key. */
export type ClientDraw = (key: number) => number;

/** Uniform on (0, 1). */
export function uniformDraw(seed: number, label: string): ClientDraw {
  return drawsOf({ seed, round: 0 }, `fleet ${label}`);
}

/** Standard normal. */
export function normalDraw(seed: number, label: string): ClientDraw {
  const first = uniformDraw(seed, label);
  const second = uniformDraw(seed, `${label}, angle`);
  return (key) => normalOf(first(key), second(key));
}

/** An index below the number of shares, each as likely as its share. @param shares sum to 1. */
export function indexDraw(seed: number, label: string, shares: readonly number[]): ClientDraw {
  const uniform = uniformDraw(seed, label);
  const last = shares.length - 1;
  const edges = new Float64Array(last);
  let sum = 0;
  for (let index = 0; index < last; index++) {
    sum += shares[index] as number;
    edges[index] = sum;
  }
  return (key) => placeIn(edges, uniform(key));
}

/** How many of the rising edges are at or below the value. */
function placeIn(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
