// A table as wide as its cells need, which leaves whole columns out where the terminal is narrow.

import type { Paint } from "../../server/reporting/paint.ts";
import { formatPlainTable, type PlainColumn, tableWidth } from "../../server/reporting/plain-table.ts";

export interface FittedColumn<Row> extends Omit<PlainColumn, "width"> {
  readonly cellOf: (row: Row) => string;
}

export interface FittedTable<Row> {
  readonly columns: readonly FittedColumn<Row>[];
  readonly rows: readonly Row[];
  /** Titles of the columns that may go, those that say least first. */
  readonly dispensable: readonly string[];
  /** Of the terminal, in characters. */
  readonly width: number;
  /** A cell as it is printed; without it as it is. */
  readonly paintCell?: ((column: FittedColumn<Row>, row: Row) => string) | undefined;
}

/** @param paint for the head, `noPaint` for plain text. */
export function fittedTable<Row>(table: FittedTable<Row>, paint: Paint): string {
  const { rows, dispensable, width, paintCell = ({ cellOf }, row) => cellOf(row) } = table;
  const natural = table.columns.map((column) => {
    return {
      ...column,
      width: rows.reduce((most, row) => Math.max(most, column.cellOf(row).length), column.title.length),
    };
  });
  let columns = natural;
  for (let dropped = 1; dropped <= dispensable.length && tableWidth(columns) > width; dropped++) {
    columns = natural.filter(({ title }) => !dispensable.slice(0, dropped).includes(title));
  }
  return formatPlainTable(
    columns,
    rows.map((row) => columns.map((column) => paintCell(column, row))),
    paint,
  );
}
