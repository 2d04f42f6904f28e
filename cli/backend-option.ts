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

/** @throws {ProbSelectError} cli.wrong-usage, with the names that there are. */
export function parseBackend(text: string): "auto" | BackendName {
  if (text === "auto") return text;
  const found = backendNames.find((name) => name === text);
  if (found) return found;
  throw wrongUsage(`There is no back-end "${text}". Choose auto or one of ${backendNames.join(", ")}.`);
}
