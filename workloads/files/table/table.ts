// A table of examples as it comes from a file, row by row: what CSV and NDJSON have in common.

export interface TableRow {
  /** Where errors say it is. */
  readonly line: number;
  /** By the table's columns. */
  readonly cells: readonly unknown[];
}

export interface Table {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
}
