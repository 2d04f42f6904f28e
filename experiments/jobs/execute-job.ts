// What worker threads do with a job.

import { runCell } from "../simulation/run-cell.ts";
import type { Job, JobContext, JobResult } from "./job.ts";

/** A module that worker threads load exports a function of this type as `executeJob`. */
export type JobExecutor = (job: Job, context: JobContext) => Promise<JobResult>;

/** @throws {ProbSelectError} as runCell. */
export const executeJob: JobExecutor = (job, context) => runCell(job.spec, context);
