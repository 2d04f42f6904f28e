// Which column of a table is the class, which the id, and which are features.

import { closestName } from "../../../foundation/closest-name.ts";
import { listed } from "../../../foundation/listed.ts";
import { elementCount } from "../../../models/parameter-set.ts";
import { malformed, quoted } from "../malformed.ts";
import type { TableOptions } from "../parse-data-name.ts";

export interface ColumnRoles {
  /** Positions in the table's columns. */
  readonly label: number;
  readonly id: number | undefined;
  readonly features: readonly number[];
  readonly exampleShape: readonly number[];
}

/**
 * @param path for the message.
 * @throws {ProbSelectError} workloads.malformed-dataset for a column that does not exist, with the one that was probably meant; if no
 * feature is left; if the features do not fill the shape.
 */
export function columnRoles(
  path: string,
  columns: readonly string[],
  options: Pick<TableOptions, "label" | "id" | "ignore" | "shape">,
): ColumnRoles {
  const find = (name: string, option: string) => positionOf(name, option, path, columns);
  const id = options.id === undefined ? undefined : find(options.id, "id");
  const ignored = new Set((options.ignore ?? []).map((name) => find(name, "ignore")));
  const label = options.label === undefined ? usualLabel(columns, [...ignored, id]) : find(options.label, "label");
  if (label < 0 || label === id || ignored.has(label)) {
    throw malformed(
      path,
      `no column is left for the class (columns: ${listedColumns(columns)}). Name it with label=COLUMN.`,
    );
  }
  const features = [...columns.keys()].filter((at) => at !== label && at !== id && !ignored.has(at));
  if (features.length === 0) {
    throw malformed(
      path,
      `no column is left for features (columns: ${listedColumns(columns)}). It needs one besides the class.`,
    );
  }
  const exampleShape = options.shape ?? [features.length];
  if (elementCount(exampleShape) !== features.length) {
    throw malformed(
      path,
      `shape=${exampleShape.join("x")} has ${elementCount(exampleShape)} values, but there are ${features.length} columns of features. ` +
        "Correct the shape, or leave columns out with ignore=A,B.",
    );
  }
  return { label, id, features, exampleShape };
}

/** "label", or the last that is free; -1 if none is. */
function usualLabel(columns: readonly string[], taken: readonly (number | undefined)[]): number {
  const named = columns.indexOf("label");
  if (named >= 0) return named;
  return columns.findLastIndex((_, at) => !taken.includes(at));
}

function positionOf(name: string, option: string, path: string, columns: readonly string[]): number {
  const at = columns.indexOf(name);
  if (at >= 0) return at;
  const meant = closestName(name, columns);
  const hint = meant === undefined ? "" : ` Did you mean ${quoted(meant)}?`;
  throw malformed(
    path,
    `there is no column ${quoted(name)}, which ${option}= names.${hint} Columns: ${listedColumns(columns)}.`,
  );
}

/** For people. */
export const listedColumns = (columns: readonly string[]): string => listed(columns, 20);
