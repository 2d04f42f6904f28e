// `--backend`: what trains, chosen by the machine or by hand.

import type { Options } from "yargs";
import { automaticBackends, type BackendName, backendNames } from "../models/tensorflow/backends/names.ts";
import { wrongUsage } from "./wrong-usage.ts";

export const backendOption = {
  type: "string",
  default: "auto",
  requiresArg: true,
  describe: `auto (the first that works of ${automaticBackends.join(", ")}), or one of ${backendNames.join(", ")}`,
} as const satisfies Options;

/** What an agent may train with: the first that it starts with, and what else it offers the aggregator. */
export interface BackendWishes {
  readonly first: "auto" | BackendName;
  readonly others: readonly BackendName[] | "usable" | "none";
}

/**
 * @throws {ProbSelectError} cli.wrong-usage, with the names that there are.
 * @example parseBackends("wasm,webgpu") // { first: "wasm", others: ["webgpu"] }
 */
export function parseBackends(text: string): BackendWishes {
  const [first = "auto", ...others] = text.split(",").map((name) => parseBackend(name.trim()));
  if (first === "auto" && others.length === 0) return { first, others: "usable" };
  const named = [first, ...others].filter((name) => name !== "auto");
  if (named.length < 1 + others.length) throw wrongUsage(`"auto" stands alone in --backend, not in "${text}".`);
  return { first, others: others.length === 0 ? "none" : [...new Set(named)].filter((name) => name !== first) };
}

/** @throws {ProbSelectError} cli.wrong-usage, with the names that there are. */
export function parseBackend(text: string): "auto" | BackendName {
  if (text === "auto") return text;
  const found = backendNames.find((name) => name === text);
  if (found) return found;
  throw wrongUsage(`There is no back-end "${text}". Choose auto or one of ${backendNames.join(", ")}.`);
}
