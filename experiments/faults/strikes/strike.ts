// What the script of a fault is: it starts a cell's run, strikes at the phase, mends, and waits for the end.

import type { Cell, CellOptions } from "../cell/cell.ts";
import type { Phase } from "../fault.ts";
import type { Partition } from "../network/partition.ts";

/** What a cell needs before it begins. */
export interface Prepared {
  readonly options: CellOptions;
  readonly partition?: Partition | undefined;
  readonly giveBack: () => Promise<void>;
}

export interface Strike {
  /** Where the fault has several forms, their names: each is a run of its own. */
  readonly forms?: readonly string[];
  readonly prepare?: (options: CellOptions) => Promise<Prepared>;
  /** @returns a sentence on what happened. @throws if what must happen does not. */
  readonly run: (cell: Cell, phase: Phase, form: string, partition?: Partition) => Promise<string>;
}
