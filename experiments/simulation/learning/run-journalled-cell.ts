// A cell with training whose journal is kept as a file: what an aggregator would have written (server/journal/), for `probselect report`
// and `probselect explain --run`.

import { rename, rm } from "node:fs/promises";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import { PARTIAL_ENDING } from "../../../server/files/write-atomically.ts";
import { Journal } from "../../../server/journal/journal.ts";
import type { JobContext } from "../../jobs/job.ts";
import type { CellResult, CellSpec } from "../cell.ts";
import { runCell } from "../run-cell.ts";

/**
 * Runs the cell from its first round, since a saved state has no journal of the rounds before it. The file is there when the cell is
 * done, and whole.
 *
 * @param path of the journal; its folder is made.
 * @throws {ProbSelectError} as `runCell`; experiments.cannot-write.
 */
export async function runJournalledCell(spec: CellSpec, context: JobContext, path: string): Promise<CellResult> {
  const partial = `${path}${PARTIAL_ENDING}`;
  const journal = await orCannotWrite(path, async () => {
    await rm(partial, { force: true });
    return Journal.create(partial);
  });
  try {
    const result = await runCell(spec, { ...context, checkpoints: null }, (event) => journal.append(event));
    await orCannotWrite(path, async () => {
      await journal.close();
      await rename(partial, path);
    });
    return result;
  } finally {
    // Of a cell that failed or was stopped; a write that failed has been told, or the cell's own error matters more.
    await journal.close().catch(() => {});
    await rm(partial, { force: true });
  }
}

async function orCannotWrite<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ProbSelectError(
      "experiments.cannot-write",
      `The journal ${path} cannot be written: ${messageOf(cause)}. Choose another folder with --out, or leave --journals out.`,
      { cause },
    );
  }
}
