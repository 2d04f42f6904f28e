// Results on disk, a JSON file a key, so that no job is ever done twice; beside them the states of jobs that are in work. A file that
// cannot be what was written counts as absent.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { PARTIAL_ENDING, writeAtomically } from "../../server/files/write-atomically.ts";
import type { JobResult } from "./job.ts";
import type { KeyedJob } from "./job-key.ts";

const RESULT_ENDING = ".json";
const CHECKPOINT_ENDING = ".checkpoint";
/** Nobody writes one file for so long: what is older was left by a process that was killed. */
const PARTIAL_MILLISECONDS = 3_600_000;

/** The checksum covers everything between it and the closing brace. */
const filePattern =
  /^\{"format":"probselect-result","version":1,"key":"([0-9a-f]{64})","sha256":"([0-9a-f]{64})",(.*)\}\n$/s;

export class ResultCache {
  readonly #folder: string;
  readonly #onWarning: (warning: string) => void;

  private constructor(folder: string, onWarning: (warning: string) => void) {
    this.#folder = folder;
    this.#onWarning = onWarning;
  }

  /**
   * Makes the folder if there is none, and clears away what killed processes left.
   *
   * @param onWarning told of every file that is not a result.
   * @throws {ProbSelectError} experiments.cache-unusable
   */
  static async open(folder: string, onWarning: (warning: string) => void): Promise<ResultCache> {
    await orUnusable(folder, async () => {
      await mkdir(folder, { recursive: true });
      await sweep(folder);
    });
    return new ResultCache(folder, onWarning);
  }

  /** The job's result; null: there is none. */
  async load(key: string): Promise<JobResult | null> {
    const path = this.#resultPath(key);
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT") this.#onWarning(`${path} cannot be read (${messageOf(cause)}): done again.`);
      return null;
    });
    if (text === null) return null;
    const [, fileKey, sha256, content = ""] = filePattern.exec(text) ?? [];
    if (fileKey === key && sha256 === hashOf(content)) return JSON.parse(`{${content}}`).result as JobResult;
    this.#onWarning(`${path} is no whole result of its job: done again and overwritten.`);
    return null;
  }

  /**
   * @param result the result's JSON.
   * @throws {ProbSelectError} experiments.cache-unusable
   */
  async store({ key, text }: KeyedJob, result: string): Promise<void> {
    const content = `"job":${text},"result":${result}`;
    const head = `{"format":"probselect-result","version":1,"key":"${key}","sha256":"${hashOf(content)}"`;
    await orUnusable(this.#folder, async () => {
      await writeAtomically(this.#resultPath(key), `${head},${content}}\n`);
      await rm(this.checkpointPath(key), { force: true });
    });
  }

  /** Where the job's state is kept while it is in work. */
  checkpointPath(key: string): string {
    return join(this.#folder, `${key}${CHECKPOINT_ENDING}`);
  }

  #resultPath(key: string): string {
    return join(this.#folder, `${key}${RESULT_ENDING}`);
  }
}

/** Removes old temporary files, and states of jobs that are done. */
async function sweep(folder: string): Promise<void> {
  const names = new Set(await readdir(folder));
  for (const name of names) {
    const path = join(folder, name);
    if (name.endsWith(PARTIAL_ENDING)) {
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (Date.now() - mtimeMs > PARTIAL_MILLISECONDS) await rm(path, { force: true });
    }
    const isDone = names.has(name.replace(CHECKPOINT_ENDING, RESULT_ENDING));
    if (name.endsWith(CHECKPOINT_ENDING) && isDone) await rm(path, { force: true });
  }
}

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function orUnusable<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ProbSelectError(
      "experiments.cache-unusable",
      `Results cannot be kept in ${folder}: ${messageOf(cause)}. Make room, or choose another folder.`,
      { cause },
    );
  }
}
