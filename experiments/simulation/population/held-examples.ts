// How many examples each client holds: all the same, log-uniform between bounds, or as the clients of a measured data set.

import { exampleCountsOf } from "../../measured/example-counts.ts";
import type { World } from "../scenario.ts";
import { type ClientDraw, uniformDraw } from "./client-draws.ts";

/** The examples that the client with that key holds: a whole number from 1. */
export function examplesOf(examples: World["fleet"]["examples"], seed: number): ClientDraw {
  if (typeof examples === "number") return () => examples;
  const draw = uniformDraw(seed, "examples");
  if (typeof examples === "string") {
    const { quantile } = exampleCountsOf(examples);
    return (key) => quantile(draw(key));
  }
  const least = Math.min(examples.least, examples.most);
  const most = Math.max(examples.least, examples.most);
  return (key) => Math.min(most, Math.floor(least * ((most + 1) / least) ** draw(key)));
}
