// What an agent tells the aggregator of its examples, so that clients that do not go together are noticed: never the examples, nor the
// name of a file.

import type { Register } from "../../protocol/messages.ts";
import { parseDataName } from "../../workloads/files/parse-data-name.ts";

type ExamplesFacts = NonNullable<Register["examples"]>;

/**
 * @param dataName as --data has it.
 * @param examples what was read of them.
 * @example examplesFacts("./a.csv?scale=minmax", { shape: [4], classCount: 3 }) // { shape: [4], classCount: 3, scaling: "minmax" }
 */
export function examplesFacts(
  dataName: string,
  { shape, classCount }: { readonly shape: readonly number[]; readonly classCount: number },
): ExamplesFacts {
  const file = parseDataName(dataName);
  const scaling = file?.kind === "csv" || file?.kind === "ndjson" ? file.options.scale : undefined;
  return { shape: [...shape], classCount, ...(scaling && { scaling }) };
}
