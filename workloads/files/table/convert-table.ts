// From a table of numbers and classes to records of float64.

import { GrowingArray } from "../growing-array.ts";
import { malformed, quoted } from "../malformed.ts";
import type { RecordWriter } from "../packed/packed-files.ts";
import type { Packing } from "../packed/packing.ts";
import type { TableOptions } from "../parse-data-name.ts";
import { DEFAULT_SPLIT_SEED, DEFAULT_TEST_SHARE, type RowSplit, splitRows } from "../split-rows.ts";
import { ClassNames } from "./class-names.ts";
import { type ColumnRoles, columnRoles, listedColumns } from "./column-roles.ts";
import { fitScaling } from "./feature-scaling.ts";
import type { Table, TableRow } from "./table.ts";

/**
 * Reads the table once, row by row; the rows' numbers, classes and ids are all that is kept in memory of them.
 *
 * @param open opens the file or, if `options.test` names one, the file of the test examples.
 * @throws {ProbSelectError} workloads.malformed-dataset with file, line, column and value.
 */
export async function convertTable(
  path: string,
  options: TableOptions,
  open: (path: string) => Promise<Table>,
  records: RecordWriter,
): Promise<Packing> {
  const table = await open(path);
  const roles = columnRoles(path, table.columns, options);
  const reader = new RowReader(new ClassNames(options.classes), records);
  await reader.readAll(table, roles, false);
  const trainingRows = reader.labels.length;
  if (trainingRows === 0) throw malformed(path, "there are no rows below the header. Add examples.");
  if (options.test !== undefined) {
    const test = await open(options.test);
    await reader.readAll(test, columnsOfTest(test, table, roles), true);
  }
  await records.flush();
  const split =
    options.test === undefined ? drawnSplit(trainingRows, options) : filesSplit(trainingRows, reader.labels.length);
  return {
    element: "number",
    exampleShape: [...roles.exampleShape],
    inputNames: roles.features.map((at) => table.columns[at] ?? ""),
    vocabulary: null,
    stepBytes: 8 * roles.features.length,
    scaling: await scalingOf(options.scale, { path: records.path, roles, split }),
    notes: notesOf(table, roles, options),
    ...labelled(reader, split, roles.id !== undefined),
  };
}

function scalingOf(
  scale: TableOptions["scale"],
  { path, roles, split }: { readonly path: string; readonly roles: ColumnRoles; readonly split: RowSplit },
) {
  if (scale === "none") return null;
  return fitScaling({ kind: scale, path, featureCount: roles.features.length, rows: split.training });
}

/** Classes and ids of the rows of each split. */
function labelled(reader: RowReader, split: RowSplit, hasIds: boolean) {
  const { names, finalNumbers } = reader.classes.order();
  const numbers = reader.labels.toArray();
  const part = (places: Uint32Array) => {
    return { places, labels: Uint8Array.from(places, (row) => finalNumbers[numbers[row] as number] as number) };
  };
  const ids = reader.ids.toArray();
  const trainingIds = hasIds ? Uint32Array.from(split.training, (row) => ids[row] as number) : null;
  return {
    classNames: [...names],
    ids: hasIds ? [...reader.idNames.keys()] : null,
    training: { ...part(split.training), ids: trainingIds },
    test: part(split.test),
  };
}

function drawnSplit(rowCount: number, { testShare, splitSeed }: TableOptions): RowSplit {
  return splitRows(rowCount, { testShare: testShare ?? DEFAULT_TEST_SHARE, seed: splitSeed ?? DEFAULT_SPLIT_SEED });
}

function filesSplit(trainingRows: number, rowCount: number): RowSplit {
  const rows = Uint32Array.from({ length: rowCount }, (_, row) => row);
  return { training: rows.slice(0, trainingRows), test: rows.slice(trainingRows) };
}

/** The same columns by their names, in whatever order. */
function columnsOfTest(test: Table, training: Table, roles: ColumnRoles): ColumnRoles {
  const find = (at: number): number => {
    const name = training.columns[at] ?? "";
    const found = test.columns.indexOf(name);
    if (found >= 0) return found;
    throw malformed(
      test.path,
      `the column ${quoted(name)} of ${training.path} is missing. Give both files the same columns.`,
    );
  };
  return { ...roles, label: find(roles.label), id: undefined, features: roles.features.map(find) };
}

class RowReader {
  readonly labels = new GrowingArray();
  readonly ids = new GrowingArray();
  readonly idNames = new Map<string, number>();
  readonly classes: ClassNames;
  readonly #records: RecordWriter;

  constructor(classes: ClassNames, records: RecordWriter) {
    this.classes = classes;
    this.#records = records;
  }

  async readAll({ path, columns, rows }: Table, roles: ColumnRoles, isTest: boolean): Promise<void> {
    const numbers = new Float64Array(roles.features.length);
    const bytes = new Uint8Array(numbers.buffer);
    for await (const row of rows) {
      for (const [at, column] of roles.features.entries()) {
        numbers[at] = numberOf(row, column, path, columns);
      }
      const name = nameOf(row, roles.label, path, columns);
      this.labels.push(this.classes.numberOf(name, `${path}, line ${row.line}`, isTest));
      if (roles.id !== undefined) this.ids.push(this.#idOf(nameOf(row, roles.id, path, columns)));
      await this.#records.append(bytes);
    }
  }

  #idOf(name: string): number {
    const number = this.idNames.get(name) ?? this.idNames.size;
    this.idNames.set(name, number);
    return number;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberOf({ line, cells }: TableRow, column: number, path: string, columns: readonly string[]): number {
  const cell = cells[column];
  const text = typeof cell === "string" ? cell.trim() : undefined;
  const value = text === undefined ? cell : NUMBER.test(text) ? Number(text) : Number.NaN;
  // Networks compute in float32, where a larger number is infinite.
  if (typeof value === "number" && Number.isFinite(Math.fround(value))) return value;
  const where = `${path}, line ${line}, column ${quoted(columns[column])}`;
  if (text === "" || cell === null) {
    throw malformed(where, "the cell is empty. Fill it, delete the row, or leave the column out with ignore=COLUMN.");
  }
  throw malformed(
    where,
    `${quoted(cell)} is no finite number. Correct it; a column of names is left out with ignore=${columns[column]}, and the class's is ` +
      "named with label=COLUMN.",
  );
}

function nameOf({ line, cells }: TableRow, column: number, path: string, columns: readonly string[]): string {
  const cell = cells[column];
  const name =
    typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean" ? String(cell).trim() : "";
  if (name !== "") return name;
  throw malformed(
    `${path}, line ${line}, column ${quoted(columns[column])}`,
    "the cell is empty. Fill it or delete the row.",
  );
}

function notesOf({ columns }: Table, { label, id, features }: ColumnRoles, options: TableOptions): string[] {
  const { test, testShare = DEFAULT_TEST_SHARE, splitSeed = DEFAULT_SPLIT_SEED, scale } = options;
  const kept =
    test === undefined
      ? `${(testShare * 100).toFixed(0)} % of the rows, drawn with seed ${splitSeed}, are kept for tests.`
      : `The test examples are those of ${test}.`;
  const whose = id === undefined ? "" : `, the column "${columns[id]}" says whose an example is`;
  const scaled = { none: "as they stand", standardise: "scaled to mean 0 and variance 1", minmax: "scaled to 0..1" }[
    scale
  ];
  const by = scale === "none" ? "" : " by the training examples";
  return [
    `The column "${columns[label]}" is the class${whose}; the features are ${listedColumns(features.map((at) => columns[at] ?? ""))}, taken ${scaled}${by}.`,
    kept,
  ];
}
