// What tests of jobs share: a runner for one list, and what the jobs wrote down.

import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRunner, type RunnerOptions } from "../../../experiments/jobs/create-runner.ts";
import type { JobResult, JobsProgress } from "../../../experiments/jobs/job.ts";
import { type Instructions, testJob } from "./test-jobs.ts";

export const executor = new URL("./execute-test-job.ts", import.meta.url);

export interface FinishedRun {
  readonly results: readonly JobResult[];
  readonly progress: readonly JobsProgress[];
  readonly warnings: readonly string[];
}

export interface RunTestJobsOptions extends Omit<RunnerOptions, "onWarning" | "executor"> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: JobsProgress) => void;
}

/** Runs one list on a runner of its own. */
export async function runTestJobs(
  jobs: readonly Instructions[],
  { signal = new AbortController().signal, onProgress, ...options }: RunTestJobsOptions,
): Promise<FinishedRun> {
  const warnings: string[] = [];
  const progress: JobsProgress[] = [];
  const runner = await createRunner({ ...options, executor, onWarning: (warning) => warnings.push(warning) });
  try {
    const results = await runner.run(jobs.map(testJob), {
      signal,
      keep: (result) => result,
      onProgress: (each) => {
        progress.push(each);
        onProgress?.(each);
      },
    });
    return { results, progress, warnings };
  } finally {
    await runner.close();
  }
}

/** What jobs write down: "process name step". */
export class StepLog {
  readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, "steps.log");
    appendFileSync(this.path, "");
  }

  /** "name step", in the order in which they happened. */
  get steps(): string[] {
    return this.#lines.map((line) => line.replace(/^\d+ /, ""));
  }

  /** Of these, by one process. */
  stepsOf(process: number | undefined): string[] {
    return this.#lines.filter((line) => line.startsWith(`${process} `)).map((line) => line.replace(/^\d+ /, ""));
  }

  clear(): void {
    writeFileSync(this.path, "");
  }

  get #lines(): string[] {
    return readFileSync(this.path, "utf8").split("\n").filter(Boolean);
  }
}

/** The files of a cache folder with their bytes. */
export function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}
