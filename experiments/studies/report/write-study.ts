// Writes a study: its page, its records, its summary and each figure as an SVG file of its own.

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import { writeAtomically } from "../../../server/files/write-atomically.ts";
import { standaloneSvg } from "../../report/figures/figure.ts";
import type { CellValue, StudyReport } from "../study.ts";
import { toCsv } from "./csv.ts";
import { renderStudyPage } from "./study-page.ts";
import type { StudyRun } from "./study-run.ts";

/** Paths. */
export interface WrittenStudy {
  readonly page: string;
  readonly records: string;
  readonly summary: string;
  readonly figures: readonly string[];
}

/**
 * Writes `<directory>/<name>.html`, `.ndjson`, `.csv` and `<directory>/figures/<figure>.svg`, each whole or not at all.
 *
 * @throws {ProbSelectError} experiments.malformed-study if two figures have the same name; experiments.cannot-write.
 */
export async function writeStudy(directory: string, report: StudyReport, run: StudyRun): Promise<WrittenStudy> {
  const figures = report.sections.flatMap((section) => section.figures);
  requireDistinctNames(figures.map(({ name }) => name));
  const written: WrittenStudy = {
    page: join(directory, `${run.name}.html`),
    records: join(directory, `${run.name}.ndjson`),
    summary: join(directory, `${run.name}.csv`),
    figures: figures.map(({ name }) => join(directory, "figures", `${name}.svg`)),
  };
  await writeWhole(written.records, toNdjson(report.records));
  await writeWhole(written.summary, toCsv(report.summary));
  await Promise.all(
    figures.map((figure, index) => writeWhole(written.figures[index] as string, standaloneSvg(figure))),
  );
  await writeWhole(written.page, renderStudyPage(report, run));
  return written;
}

/** One object a line; a number that is none is null, as JSON has it. */
function toNdjson(records: readonly Readonly<Record<string, CellValue>>[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

function requireDistinctNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ProbSelectError(
    "experiments.malformed-study",
    `Two figures are named "${twice}", so that one would replace the other. Give each figure of the study its own name.`,
  );
}

/** Beside its place first, then renamed: a reader never sees half a file. */
async function writeWhole(path: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, content);
  } catch (cause) {
    throw new ProbSelectError(
      "experiments.cannot-write",
      `${path} cannot be written: ${messageOf(cause)}. Choose another folder with --out.`,
      { cause },
    );
  }
}
