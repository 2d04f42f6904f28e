// Writes a run's report: the HTML file, and each figure as an SVG file of its own.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JournalRecord } from "../../server/journal/events.ts";
import { standaloneSvg } from "./figures/figure.ts";
import { type ReportExtras, renderRunReport, runFigures } from "./render-run-report.ts";
import { collectRun } from "./run-data.ts";

export interface WrittenReport {
  readonly report: string;
  readonly figures: readonly string[];
}

/**
 * Writes `<directory>/report.html` and `<directory>/figures/<name>.svg`, and makes the directories.
 *
 * @throws {ProbSelectError} server.malformed-journal if the records are not those of a run.
 */
export async function writeReport(
  directory: string,
  records: readonly JournalRecord[],
  extras: ReportExtras = {},
): Promise<WrittenReport> {
  const report = join(directory, "report.html");
  await mkdir(join(directory, "figures"), { recursive: true });
  await writeFile(report, renderRunReport(records, extras));
  const figures = await Promise.all(
    runFigures(collectRun(records), extras).map(async (figure) => {
      const path = join(directory, "figures", `${figure.name}.svg`);
      await writeFile(path, standaloneSvg(figure));
      return path;
    }),
  );
  return { report, figures };
}
