// The files of a benchmark, each whole or not at all: results, a calibration of each back-end, CSV, figure and page.

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { standaloneSvg } from "../../experiments/report/figures/figure.ts";
import { toCsv } from "../../experiments/studies/report/csv.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { writeAtomically } from "../../server/files/write-atomically.ts";
import { renderBenchPage } from "./bench-page.ts";
import { benchRows } from "./bench-rows.ts";
import type { Bench } from "./run-bench.ts";
import { stepTimesFigure } from "./step-times-figure.ts";

export interface WrittenBench {
  readonly result: string;
  readonly table: string;
  readonly figure: string;
  readonly page: string;
  /** In the order of the back-ends. */
  readonly calibrations: readonly string[];
}

/**
 * @param command the one that gives this again.
 * @throws {ProbSelectError} cli.cannot-write
 */
export async function writeBench(
  folder: string,
  { result, calibrations }: Bench,
  command: string,
): Promise<WrittenBench> {
  const figure = stepTimesFigure(result);
  const written: WrittenBench = {
    result: join(folder, "bench-device.json"),
    table: join(folder, "bench-device.csv"),
    figure: join(folder, "figures", `${figure.name}.svg`),
    page: join(folder, "bench-device.html"),
    calibrations: [...calibrations.keys()].map((file) => join(folder, file)),
  };
  for (const [file, calibration] of calibrations) {
    await writeWhole(join(folder, file), `${JSON.stringify(calibration, null, 1)}\n`);
  }
  await writeWhole(written.table, toCsv(benchRows(result)));
  await writeWhole(written.figure, standaloneSvg(figure));
  await writeWhole(written.page, renderBenchPage(result, figure, command));
  await writeWhole(written.result, `${JSON.stringify(result, null, 1)}\n`);
  return written;
}

/** Said before anything is measured. @throws {ProbSelectError} cli.cannot-write */
export async function requireWritable(folder: string): Promise<void> {
  await orCannotWrite(folder, () => mkdir(folder, { recursive: true }));
}

async function writeWhole(path: string, content: string): Promise<void> {
  await orCannotWrite(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, content);
  });
}

async function orCannotWrite(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new ProbSelectError(
      "cli.cannot-write",
      `${path} cannot be written: ${messageOf(cause)}. Choose another folder with --out.`,
      { cause },
    );
  }
}
