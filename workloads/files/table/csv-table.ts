// Reads a CSV file row by row (RFC 4180, with csv-parse).

import { createReadStream } from "node:fs";
import { type CsvError, parse } from "csv-parse";
import { malformed, missing, quoted } from "../malformed.ts";
import type { CsvOptions } from "../parse-data-name.ts";
import type { Table, TableRow } from "./table.ts";

/** A longer row is a quote that nobody closed. */
const LONGEST_ROW_CHARACTERS = 64 * 1024 * 1024;

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Without a header columns are named by their numbers from "1".
 *
 * @throws {ProbSelectError} workloads.dataset-missing if the file cannot be read; workloads.malformed-dataset for an empty file, a header
 * with a name twice and, while the rows are read, for one with more or fewer cells and for broken quotes.
 */
export async function openCsv(path: string, options: Pick<CsvOptions, "header" | "delimiter">): Promise<Table> {
  const rows = readRows(path, options.delimiter ?? (path.toLowerCase().endsWith(".tsv") ? "\t" : ","));
  const first = await rows.next();
  if (first.done) throw malformed(path, "the file is empty. Give it a header and rows, or header=no and rows.");
  const { cells } = first.value;
  if (options.header === "no") {
    const columns = cells.map((_, index) => String(index + 1));
    return { path, columns, rows: ofOneWidth(path, columns.length, withFirst(first.value, rows)) };
  }
  const columns = cells.map((cell) => cell.trim());
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) {
    throw malformed(`${path}, line 1`, `the column ${quoted(twice)} is there twice. Rename one, or say header=no.`);
  }
  return { path, columns, rows: ofOneWidth(path, columns.length, rows) };
}

interface CsvRow extends TableRow {
  readonly cells: readonly string[];
}

async function* readRows(path: string, delimiter: string): AsyncGenerator<CsvRow, void, undefined> {
  const file = createReadStream(path);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: LONGEST_ROW_CHARACTERS,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  file.on("error", (cause) => parser.destroy(missing(path, cause)));
  try {
    for await (const { record, info } of file.pipe(parser) as AsyncIterable<Parsed>) {
      yield { line: info.lines, cells: record };
    }
  } catch (cause) {
    if (!isCsvError(cause)) throw cause;
    throw malformed(
      `${path}, line ${String(cause.lines ?? parser.info.lines)}`,
      `${cause.message}. Close the quote, or double quotes inside a quoted cell.`,
      cause,
    );
  } finally {
    file.destroy();
  }
}

function isCsvError(thrown: unknown): thrown is CsvError {
  return thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("CSV_");
}

async function* withFirst(first: CsvRow, rest: AsyncIterable<CsvRow>): AsyncGenerator<CsvRow, void, undefined> {
  yield first;
  yield* rest;
}

async function* ofOneWidth(
  path: string,
  width: number,
  rows: AsyncIterable<CsvRow>,
): AsyncGenerator<CsvRow, void, undefined> {
  for await (const row of rows) {
    if (row.cells.length !== width) {
      const delimiter =
        width === 1 ? " Is it a comma between the columns? Otherwise say delimiter=; or delimiter=tab." : "";
      throw malformed(
        `${path}, line ${row.line}`,
        `the row has ${row.cells.length} cells instead of ${width}. Complete or delete it.${delimiter}`,
      );
    }
    yield row;
  }
}
