// The way to a Redis or Valkey. The packages for it are loaded only here, since few installations need them.

import type { Redis } from "ioredis";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";

/** Seconds that a server has for its first answers, and for every command later. */
const ANSWER_SECONDS = 5;
const COMMAND_SECONDS = 20;
const LONGEST_RETRY_MILLISECONDS = 2000;

export interface QueueConnection {
  readonly bullmq: typeof import("bullmq");
  /** For people: without a password. */
  readonly address: string;
  /** A command that finds no server fails soon. */
  readonly commands: Redis;
  /** A command that finds no server waits for one, as BullMQ's workers need it. */
  readonly working: Redis;
  /** At once: commands that wait are given up. */
  close(): void;
}

/**
 * @param url redis://[user:password@]host[:port][/database], or rediss:// with TLS.
 * @throws {ProbSelectError} cli.wrong-usage for another address; experiments.queue-not-installed; experiments.queue-unreachable
 * within seconds.
 */
export async function connectQueue(url: string): Promise<QueueConnection> {
  const address = addressOf(url);
  const { bullmq, Redis } = await loadLibraries();
  let isReached = false;
  const retryStrategy = (times: number) => (isReached ? Math.min(times * 200, LONGEST_RETRY_MILLISECONDS) : null);
  const connectTimeout = ANSWER_SECONDS * 1000;
  const common = { lazyConnect: true, connectTimeout, retryStrategy };
  const commands = new Redis(url, { ...common, commandTimeout: COMMAND_SECONDS * 1000, maxRetriesPerRequest: 1 });
  const working = new Redis(url, { ...common, maxRetriesPerRequest: null });
  // The reason of a failed connection is told as an event only.
  let reason: string | undefined;
  for (const client of [commands, working]) {
    client.on("error", (error) => {
      reason = messageOf(error);
    });
  }
  const close = () => {
    commands.disconnect();
    working.disconnect();
  };
  try {
    await withinSeconds(ANSWER_SECONDS, Promise.all([commands.connect(), working.connect()]));
    await withinSeconds(ANSWER_SECONDS, commands.ping());
    isReached = true;
  } catch (thrown) {
    close();
    throw unreachable(address, reason ?? messageOf(thrown), thrown);
  }
  return { bullmq, address, commands, working, close };
}

export function unreachable(address: string, reason: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "experiments.queue-unreachable",
    `No Redis or Valkey answers at ${address}: ${reason}. Start one there, or correct --queue.`,
    { cause },
  );
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isRedis = parsed && /^rediss?:$/.test(parsed.protocol) && parsed.hostname && /^(\/\d*)?$/.test(parsed.pathname);
  if (isRedis) return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  throw new ProbSelectError(
    "cli.wrong-usage",
    `"${url}" is no address of a queue. Give one such as redis://10.0.0.1:6379, or redis://10.0.0.1:6379/1 for database 1.`,
  );
}

async function loadLibraries() {
  try {
    const [bullmq, { Redis }] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, Redis };
  } catch (cause) {
    throw new ProbSelectError(
      "experiments.queue-not-installed",
      `A queue needs two more packages: npm install bullmq ioredis (${messageOf(cause)})`,
      { cause },
    );
  }
}

async function withinSeconds<Result>(seconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
