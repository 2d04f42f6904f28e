// What the run's own data set says of those of its clients: the numbers of both must stand for the same.

import type { DataNames } from "../../protocol/data-meaning.ts";
import type { Register } from "../../protocol/messages.ts";
import type { Dataset } from "../../workloads/dataset.ts";
import { parseDataName, scalingOf } from "../../workloads/files/parse-data-name.ts";

export interface RunDataset extends DataNames {
  readonly isText: boolean;
  /** How the numbers of its table are scaled; absent: it is no table. */
  readonly scaling?: NonNullable<Register["examples"]>["scaling"] | undefined;
}

/**
 * @param name as the configuration has it.
 * @example runDataset("./flowers.csv?scale=minmax", dataset).scaling // "minmax"
 */
export function runDataset(name: string, { classNames, inputNames }: Dataset): RunDataset {
  return { classNames, inputNames, isText: parseDataName(name)?.kind === "text", scaling: scalingOf(name) };
}
