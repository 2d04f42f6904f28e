// What `simulate` and `experiment` have in common: a runner, a progress bar with the time left, Ctrl-C, and the files of the report.

import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createRunner } from "../../experiments/jobs/create-runner.ts";
import type { JobsProgress } from "../../experiments/jobs/job.ts";
import { headlineJson } from "../../experiments/studies/report/headline-json.ts";
import { studyText } from "../../experiments/studies/report/study-text.ts";
import { writeStudy } from "../../experiments/studies/report/write-study.ts";
import type { Study } from "../../experiments/studies/study.ts";
import { wallClock } from "../../foundation/clock.ts";
import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { writeAtomically } from "../../server/files/write-atomically.ts";
import { packageVersion } from "../../server/package-version.ts";
import { printResult } from "../output.ts";
import { createProgressBar } from "../progress-bar.ts";
import { wrongUsage } from "../wrong-usage.ts";

export interface StudyArguments {
  readonly out?: string | undefined;
  readonly seed?: number | undefined;
  readonly seeds?: number | undefined;
  readonly threads?: number | undefined;
  readonly data?: string | undefined;
  readonly cache: string;
  readonly queue?: string | undefined;
  /** Whether runs with training write their journals. */
  readonly journals?: boolean | undefined;
  readonly json: boolean;
}

/** @param command the command line that makes the same again, for the report. */
export async function runStudyCommand(study: Study, given: StudyArguments, command: string): Promise<void> {
  const threads = wholeFrom1("threads", given.threads) ?? availableParallelism();
  const seeds = wholeFrom1("seeds", given.seeds);
  const seed = given.seed ?? 1;
  if (!Number.isSafeInteger(seed)) throw wrongUsage(`--seed must be a whole number, not ${seed}.`);
  const warn = (line: string) => process.stderr.write(`probselect: ${line}\n`);
  const interruption = new AbortController();
  const stop = () => interruption.abort(interrupted());
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const folder = given.out ?? join("runs", study.name);
  const inputFile = join(folder, `${study.name}.scenario.json`);
  await warnOfOtherInput(study, inputFile, warn);
  const bar = createProgressBar(process.stderr, "starting");
  const journalFolder = given.journals ? join(folder, "journals") : undefined;
  const runner = await createRunner({
    ...{ threads, cacheFolder: given.cache, dataFolder: given.data, queueUrl: given.queue, onWarning: warn },
    journalFolder,
  });
  try {
    const report = await study.run({
      ...{ seed, seeds, dataFolder: given.data, runner, signal: interruption.signal },
      onProgress: progressOn(bar),
    });
    bar.clear();
    const seedCount = new Set(report.records.map((record) => record.seed)).size;
    const run = { name: study.name, command, firstSeed: seed, seedCount, version: packageVersion() };
    const files = await writeStudy(folder, report, run);
    if (study.input !== undefined) await writeAtomically(inputFile, inputText(study));
    if (journalFolder !== undefined) warn(`journals for \`probselect report\` are in ${journalFolder}`);
    printResult(given.json, headlineJson(report, run, files), () => studyText(report, files));
  } finally {
    bar.clear();
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await runner.close();
  }
}

/** Results of one name replace one another; whoever had another question is told. */
async function warnOfOtherInput(study: Study, path: string, warn: (line: string) => void): Promise<void> {
  if (study.input === undefined) return;
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before === undefined || before === inputText(study)) return;
  warn(
    `${path} is of another scenario named "${study.name}": its results will be replaced. Ctrl-C, and --out DIR, keep both.`,
  );
}

function inputText({ input }: Study): string {
  return `${JSON.stringify(input, null, 2)}\n`;
}

function wholeFrom1(option: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return value;
  throw wrongUsage(`--${option} must be a whole number from 1, not ${value}.`);
}

/** The time left from the work that was done since the start; what the cache had took none. */
function progressOn(bar: ReturnType<typeof createProgressBar>): (progress: JobsProgress) => void {
  let first: { readonly seconds: number; readonly work: number } | undefined;
  return ({ doneCount, cachedCount, jobCount, doneWork }) => {
    const now = wallClock.nowSeconds();
    first ??= { seconds: now, work: doneWork };
    const worked = doneWork - first.work;
    const left = worked > 0 && now > first.seconds ? ((jobCount - doneWork) * (now - first.seconds)) / worked : null;
    const cached = cachedCount > 0 ? `, ${cachedCount} from the cache` : "";
    bar.show(jobCount === 0 ? 1 : doneWork / jobCount, left, `${doneCount} of ${counted(jobCount, "run")}${cached}`);
  };
}

function interrupted(): ProbSelectError {
  return new ProbSelectError(
    "experiments.interrupted",
    "Interrupted. What is done is in the cache: the same command goes on from there.",
  );
}
