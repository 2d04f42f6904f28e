// Rows of a table, counted in words.

/** @example countRows(1) // "1 row" */
export function countRows(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}
