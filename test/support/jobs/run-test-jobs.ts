// A process that runs test jobs: `run-test-jobs.ts OPTIONS`, options and jobs as JSON. Says how far it is on stderr, and at last prints its
// results on stdout.

import { extname } from "node:path";
import { z } from "zod";
import { createRunner } from "../../../experiments/jobs/create-runner.ts";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { instructionsSchema, testJob } from "./test-jobs.ts";

const optionsSchema = z.strictObject({
  threads: z.int(),
  cacheFolder: z.string(),
  queueUrl: z.string().optional(),
  jobs: z.array(instructionsSchema),
});

export type RunTestJobsOptions = z.infer<typeof optionsSchema>;

const { jobs, ...options } = optionsSchema.parse(JSON.parse(process.argv[2] ?? ""));
const say = (line: string) => process.stderr.write(`${line}\n`);
const interruption = new AbortController();
process.once("SIGTERM", () => interruption.abort());

try {
  const executor = new URL(`./execute-test-job${extname(import.meta.url)}`, import.meta.url);
  const runner = await createRunner({ ...options, executor, onWarning: say });
  try {
    const results = await runner.run(jobs.map(testJob), {
      signal: interruption.signal,
      keep: (result) => result,
      onProgress: ({ doneCount, cachedCount, doneWork }) =>
        say(`done ${doneCount}, cached ${cachedCount}, work ${doneWork.toFixed(2)}`),
    });
    process.stdout.write(JSON.stringify(results));
  } finally {
    await runner.close();
  }
} catch (thrown) {
  say(thrown instanceof ProbSelectError ? `${thrown.code}: ${thrown.message}` : String(thrown));
  process.exitCode = 1;
}
