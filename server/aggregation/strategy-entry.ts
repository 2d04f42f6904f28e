// A strategy in the list of strategies: its name, and how its settings are read.

import type { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { AggregationStrategy } from "./types.ts";

/** What a strategy may have to know of the run. */
export interface RunFacts {
  /** Of the clients' optimiser, in [0, 1); 0 is plain SGD. */
  readonly momentum: number;
}

export interface StrategyEntry {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** @throws {ProbSelectError} server.invalid-config, naming the setting. */
  readonly create: (settings: unknown, run: RunFacts) => AggregationStrategy;
}

export interface SettingsConflict {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * The entry of a strategy whose settings are an object of that schema.
 *
 * @example strategyEntryOf({ name: "fedavg", summary: "the mean", settings: z.strictObject({}), create: () => fedAvg })
 */
export function strategyEntryOf<Settings extends z.ZodObject>(entry: {
  readonly name: string;
  readonly summary: string;
  /** A strict object; its defaults are the strategy's. */
  readonly settings: Settings;
  /** What a schema of single fields cannot say: the setting that is wrong, and why. */
  readonly conflictIn?: ((settings: z.infer<Settings>) => SettingsConflict | undefined) | undefined;
  readonly create: (settings: z.infer<Settings>, run: RunFacts) => AggregationStrategy;
}): StrategyEntry {
  const { name, summary } = entry;
  return {
    name,
    summary,
    create: (settings, run) => {
      const parsed = entry.settings.safeParse(settings);
      const conflict = parsed.success ? entry.conflictIn?.(parsed.data) : undefined;
      if (parsed.success && !conflict) return entry.create(parsed.data, run);
      const known = Object.keys(entry.settings.shape);
      const allowed = known.length === 0 ? "It has no settings." : `Its settings: ${known.join(", ")}.`;
      const problems = (conflict ? [conflict] : (parsed.error?.issues ?? [])).map(
        ({ path, message }) => `${["aggregation", "settings", ...path.map(String)].join(".")}: ${message}`,
      );
      throw new ProbSelectError(
        "server.invalid-config",
        `The strategy "${name}" cannot be set so: ${problems.join("; ")}. ${allowed}`,
      );
    },
  };
}
