// Jobs on all machines that are given the same command and the same queue: each process adds its list to the queue, works at what is in
// there on its own threads, and waits until every result of its list is there, whoever made it.

import type { Queue } from "bullmq";
import type { Provenance } from "./job-key.ts";
import { connectQueue, type QueueConnection } from "./queue-connection.ts";
import { type QueuedJob, queueName } from "./queue-message.ts";
import { QueueSession } from "./queue-session.ts";
import type { ResultCache } from "./result-cache.ts";
import type { ThreadPool } from "./thread-pool.ts";
import type { Workforce } from "./workforce.ts";

/** BullMQ notes every event; nobody here reads them, and those of finished jobs hold results. */
const KEPT_EVENTS = 10;

export interface QueueWorkforceOptions {
  readonly url: string;
  readonly pool: ThreadPool;
  readonly cache: ResultCache;
  readonly provenance: Provenance;
  readonly onWarning: (warning: string) => void;
}

/** What a list of jobs needs at the queue. */
export interface QueueDesk extends Omit<QueueWorkforceOptions, "url"> {
  readonly connection: QueueConnection;
  readonly queue: Queue<QueuedJob, string>;
}

/** @throws {ProbSelectError} as connectQueue. */
export async function queueWorkforce({ url, ...options }: QueueWorkforceOptions): Promise<Workforce> {
  const connection = await connectQueue(url);
  const queue = new connection.bullmq.Queue<QueuedJob, string>(queueName(options.provenance), {
    connection: connection.commands,
    streams: { events: { maxLen: KEPT_EVENTS } },
  });
  // Whoever waits for a command learns of its failure.
  queue.on("error", () => {});
  return {
    work: (jobs, controls) => new QueueSession({ ...options, connection, queue }, jobs, controls).run(),
    async close() {
      await options.pool.close();
      await queue.close();
      connection.close();
    },
  };
}
