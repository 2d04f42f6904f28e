// What worker threads do with a job.

import { runJournalledCell } from "../simulation/learning/run-journalled-cell.ts";
import { runCell } from "../simulation/run-cell.ts";
import type { Job, JobContext, JobResult } from "./job.ts";

/** A module that worker threads load exports a function of this type as `executeJob`. */
export type JobExecutor = (job: Job, context: JobContext) => Promise<JobResult>;

/** @throws {ProbSelectError} as runCell and runJournalledCell. */
export const executeJob: JobExecutor = ({ spec }, context) =>
  context.journalPath === undefined ? runCell(spec, context) : runJournalledCell(spec, context, context.journalPath);
