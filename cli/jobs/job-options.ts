// Options of the verbs that run jobs (`simulate`, `experiment`): where results go, on how many threads or machines they are made.

import type { Options } from "yargs";
import { jsonOption } from "../output.ts";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;
const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;

export const jobOptions = {
  out: text("Folder for what is written (default runs/NAME)"),
  seed: number("The first seed"),
  seeds: number("How many seeds, each with another fleet and another luck"),
  threads: number("Worker threads (default: one a core)"),
  data: text("Folder with measurements that the package may not contain (network/mobile5g_10s.csv and others)"),
  cache: { ...text("Results by their inputs; what is in there is not computed again"), default: ".probselect-cache" },
  queue: text("redis://HOST:6379 of a Redis or Valkey: every machine that runs the same command takes its share"),
  json: jsonOption,
} as const satisfies Record<string, Options>;
