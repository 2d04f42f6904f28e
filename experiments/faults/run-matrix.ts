// Runs cells of the matrix, a few at a time, and tells how far it is.

import type { References } from "./cell/references.ts";
import type { CellResult, Fault, Phase } from "./fault.ts";
import { runCell } from "./run-cell.ts";

export interface MatrixOptions {
  readonly faults: readonly Fault[];
  readonly phases: readonly Phase[];
  readonly references: References;
  /** Cells at the same time. */
  readonly parallel: number;
  /** Told of each cell as it ends. @param left how many are to come. */
  readonly onCell: (result: CellResult, left: number) => void;
}

/** The cells in the order of the table, whatever the order in which they ended. */
export async function runMatrix(options: MatrixOptions): Promise<readonly CellResult[]> {
  const { faults, phases, references, parallel, onCell } = options;
  const cells = faults.flatMap((fault) => phases.map((phase) => ({ fault, phase })));
  const results: CellResult[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < cells.length; index = next++) {
      const { fault, phase } = cells[index] as (typeof cells)[number];
      const result = await runCell(fault, phase, references);
      results[index] = result;
      onCell(result, cells.length - ++done);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return results;
}
