// What an agent tells the aggregator of its examples, so that clients that do not go together are noticed: never the examples, nor the
// name of a file.

import { listed } from "../../foundation/listed.ts";
import { type DataNames, dataMeaning } from "../../protocol/data-meaning.ts";
import type { Register } from "../../protocol/messages.ts";
import { parseDataName, scalingOf } from "../../workloads/files/parse-data-name.ts";
import { isKnownDataset } from "../../workloads/find-dataset.ts";

type ExamplesFacts = NonNullable<Register["examples"]>;

/** The data as the command line names them. */
export interface NamedData {
  readonly data: string;
  readonly partition: string;
  /** NUMBER/COUNT. */
  readonly shard: string;
  readonly partitionSeed: number;
}

/**
 * @param examples what was read of them.
 * @example examplesFacts({ data: "./a.csv?scale=minmax", ... }, { shape: [4], classCount: 3 })
 * // { shape: [4], classCount: 3, scaling: "minmax" }
 */
export function examplesFacts(
  named: NamedData,
  examples: { readonly shape: readonly number[]; readonly classCount: number; readonly names?: DataNames | undefined },
): ExamplesFacts {
  const scaling = scalingOf(named.data);
  const share = shareOf(named);
  const meaning = dataMeaning(examples.names ?? {});
  return {
    ...{ shape: [...examples.shape], classCount: examples.classCount },
    ...(scaling && { scaling }),
    ...(Object.keys(meaning).length > 0 && { meaning }),
    ...(share && { share }),
  };
}

/** Files of the user's and modules may be others on each machine, whatever their names are. */
function shareOf({ data, partition, shard, partitionSeed }: NamedData): ExamplesFacts["share"] {
  if (!isKnownDataset(data)) return undefined;
  const [number = 1, count = 1] = shard.split("/").map(Number);
  return { dataset: data, split: `${partition}, seed ${partitionSeed}`, number, count };
}

/** What the agent's own line on its data adds where it holds all of a data set that everybody has; "" elsewhere. */
export function wholeSetHint({ share }: ExamplesFacts): string {
  return share?.count === 1 ? "; if other agents train on it too, give each its own share (--shard 1/3)" : "";
}

/**
 * The classes by their names, for the agent's log: they must be those of the run. Undefined where they have none.
 *
 * @param data as the command line has it: the classes of a text are its characters.
 * @example classWords("./a.csv", { classNames: ["no", "yes"] }) // 'classes "no", "yes"'
 */
export function classWords(data: string, { classNames }: DataNames): string | undefined {
  if (classNames === undefined) return undefined;
  const what = parseDataName(data)?.kind === "text" ? "characters" : "classes";
  return `${what} ${listed(classNames, 12, (name) => JSON.stringify(name))}`;
}
