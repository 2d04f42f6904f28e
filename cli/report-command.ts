// `probselect report RUN.ndjson`, or `--run RUN.ndjson` as `explain` has it: a run's journal as one HTML file.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import type { CommandModule } from "yargs";
import type { ReportExtras } from "../experiments/report/render-run-report.ts";
import { messageOf } from "../foundation/errors.ts";
import { findJournal } from "./journal-file.ts";
import { jsonOption, printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

interface ReportOptions {
  readonly journal: string | undefined;
  readonly run: string | undefined;
  readonly out: string | undefined;
  readonly figures: string | undefined;
  readonly comparison: string | undefined;
  readonly json: boolean;
}

export const reportCommand: CommandModule<object, ReportOptions> = {
  command: "report [journal]",
  describe: "Turn a run's journal into an HTML report with figures",
  builder: (cli) =>
    cli
      .positional("journal", {
        type: "string",
        describe: "The run's NDJSON journal, or its folder",
      })
      .option("run", { type: "string", describe: "The same, as explain takes it", requiresArg: true })
      .option("out", { type: "string", describe: "The HTML file; without it, beside the journal", requiresArg: true })
      .option("figures", {
        type: "string",
        describe: "Also write each figure as SVG into this folder",
        requiresArg: true,
      })
      .option("comparison", {
        type: "string",
        describe: "JSON of another policy's replay, to show beside the run",
        requiresArg: true,
      })
      .option("json", jsonOption)
      .example("probselect report runs/run/journal.ndjson", "Writes runs/run/journal.html")
      .example("probselect report run.ndjson --out report.html --figures figures", "With every figure as a file"),
  handler: async ({ journal, run: named, out, figures, comparison, json }) => {
    const path = journalOf(journal, named);
    // Loaded here: --help needs no plotting library.
    const { readJournal } = await import("../server/journal/read-journal.ts");
    const { renderRunReport, runFigures } = await import("../experiments/report/render-run-report.ts");
    const { standaloneSvg } = await import("../experiments/report/figures/figure.ts");
    const { collectRun } = await import("../experiments/report/run-data.ts");
    const { headline } = await import("../experiments/report/headline.ts");
    const file = await findJournal(path);
    const { records, warnings } = await readJournal(file);
    for (const warning of warnings) console.error(`probselect: ${warning}`);
    const extras = comparison === undefined ? {} : { comparison: await readComparison(comparison) };
    const run = collectRun(records);
    const report = out ?? join(dirname(file), `${parse(file).name}.html`);
    await writeText(report, renderRunReport(records, extras));
    const figureFiles: string[] = [];
    for (const figure of figures === undefined ? [] : runFigures(run, extras)) {
      const path = join(figures ?? "", `${figure.name}.svg`);
      await writeText(path, standaloneSvg(figure));
      figureFiles.push(path);
    }
    const { evaluation, ...numbers } = headline(run);
    const result = {
      report,
      figures: figureFiles,
      runName: run.started.runName,
      testAccuracy: evaluation?.accuracy ?? null,
      testLoss: evaluation?.loss ?? null,
      ...numbers,
    };
    printResult(json, result, () => [report, ...figureFiles].join("\n"));
  },
};

/** @throws {ProbSelectError} cli.wrong-usage if there is not exactly one. */
function journalOf(journal: string | undefined, run: string | undefined): string {
  if (journal !== undefined && run !== undefined) throw wrongUsage(`Give ${journal} or --run ${run}, not both.`);
  const path = journal ?? run;
  if (path === undefined)
    throw wrongUsage("Say which run: its journal or its folder, as in probselect report runs/run.");
  return path;
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function readComparison(path: string): Promise<NonNullable<ReportExtras["comparison"]>> {
  const { comparisonSchema } = await import("../experiments/report/comparison-schema.ts");
  try {
    return comparisonSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const message = `"${path}" is no policy replay: ${messageOf(cause)}. Give the JSON that the demo writes for it.`;
    throw wrongUsage(message, cause);
  }
}
