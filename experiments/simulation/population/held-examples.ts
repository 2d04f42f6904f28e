// How many examples each client holds: all the same, log-uniform between bounds, or as the clients of a measured data set.

import type { World } from "../scenario.ts";
import { type ClientDraw, uniformDraw } from "./client-draws.ts";

type Examples = World["fleet"]["examples"];

/** The least number of examples that a share `probability` of a measured data set's clients do not exceed. */
export type ExampleQuantiles = (dataset: Extract<Examples, string>, probability: number) => number;

/** The examples that the client with that key holds: a whole number from 1. */
export function examplesOf(examples: Examples, seed: number, quantiles: ExampleQuantiles): ClientDraw {
  if (typeof examples === "number") return () => examples;
  const draw = uniformDraw(seed, "examples");
  if (typeof examples === "string") return (key) => Math.max(1, Math.round(quantiles(examples, draw(key))));
  const least = Math.min(examples.least, examples.most);
  const most = Math.max(examples.least, examples.most);
  return (key) => Math.min(most, Math.floor(least * ((most + 1) / least) ** draw(key)));
}
