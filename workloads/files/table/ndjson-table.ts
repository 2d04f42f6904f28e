// Reads examples from newline-delimited JSON: an object a line, with a field for each column, or with the numbers of an example in one
// array, {"input": [...], "label": ...}.

import { open } from "node:fs/promises";
import { closestName } from "../../../foundation/closest-name.ts";
import { messageOf } from "../../../foundation/errors.ts";
import { malformed, missing, quoted } from "../malformed.ts";
import type { Table, TableRow } from "./table.ts";

/** The field that holds all numbers of an example. It becomes the columns "input[0]", "input[1]" and so on. */
const INPUT_FIELD = "input";

/**
 * The first line says which fields there are, and how long "input" is (nested arrays are laid out row by row).
 *
 * @throws {ProbSelectError} workloads.dataset-missing if the file cannot be read; workloads.malformed-dataset for an empty file and,
 * while the rows are read, for a line that is no object or has other fields.
 */
export async function openNdjson(path: string): Promise<Table> {
  const lines = objectsOf(path);
  const first = await lines.next();
  if (first.done) throw malformed(path, "the file is empty. Write an object a line.");
  const fields = Object.keys(first.value.object);
  const input = first.value.object[INPUT_FIELD];
  const inputLength = Array.isArray(input) ? flat(input).length : undefined;
  const columns = fields.flatMap((field) =>
    field === INPUT_FIELD && inputLength !== undefined
      ? Array.from({ length: inputLength }, (_, index) => `${INPUT_FIELD}[${index}]`)
      : [field],
  );
  return { path, columns, rows: rowsOf({ path, fields, inputLength }, first.value, lines) };
}

interface Line {
  readonly line: number;
  readonly object: Readonly<Record<string, unknown>>;
}

async function* objectsOf(path: string): AsyncGenerator<Line, void, undefined> {
  const file = await open(path).catch((cause) => {
    throw missing(path, cause);
  });
  try {
    let line = 0;
    for await (const text of file.readLines()) {
      line++;
      if (text.trim() !== "") yield { line, object: parsedObject(text, `${path}, line ${line}`) };
    }
  } finally {
    await file.close();
  }
}

function parsedObject(text: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw malformed(where, `${quoted(text)} is no JSON (${messageOf(cause)}). Write one whole object a line.`, cause);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw malformed(
    where,
    `${quoted(text)} is no object. Write {"input": [...], "label": ...} or a field for each column.`,
  );
}

interface Layout {
  readonly path: string;
  readonly fields: readonly string[];
  readonly inputLength: number | undefined;
}

async function* rowsOf(
  layout: Layout,
  first: Line,
  rest: AsyncIterable<Line>,
): AsyncGenerator<TableRow, void, undefined> {
  yield rowOf(layout, first);
  for await (const line of rest) yield rowOf(layout, line);
}

function rowOf({ path, fields, inputLength }: Layout, { line, object }: Line): TableRow {
  const where = `${path}, line ${line}`;
  const surplus = Object.keys(object).find((field) => !fields.includes(field));
  if (surplus !== undefined) {
    const meant = closestName(surplus, fields);
    const hint = meant === undefined ? "Give every line the same fields" : `Did you mean ${quoted(meant)}`;
    throw malformed(where, `the field ${quoted(surplus)} is not in the first line. ${hint}${meant ? "?" : "."}`);
  }
  const cells = fields.flatMap((field) => {
    if (!Object.hasOwn(object, field)) {
      throw malformed(where, `the field ${quoted(field)} is missing. Give every line the same fields.`);
    }
    const value = object[field];
    if (field !== INPUT_FIELD || inputLength === undefined) return [value];
    const numbers = Array.isArray(value) ? flat(value) : [];
    if (numbers.length === inputLength) return numbers;
    throw malformed(
      where,
      `"${INPUT_FIELD}" has ${numbers.length} numbers instead of ${inputLength}. All examples have the same size.`,
    );
  });
  return { line, cells };
}

const flat = (values: readonly unknown[]): unknown[] => values.flat(Number.POSITIVE_INFINITY);
