// The file that remembers every private update that may have left a client, one line each. Lines are only ever added, and are on the
// disk before the update leaves: a release is never forgotten, at worst one is counted that never arrived.

import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "../state-file.ts";

const releaseSchema = z.strictObject({
  /** Run, model and task as the aggregator named them, for whoever reads the file; nothing is decided by them. */
  run: z.string(),
  model: z.string(),
  task: z.string(),
  /** C of the mechanism. */
  clippingNorm: z.number().positive(),
  /** z of the mechanism. */
  noiseMultiplier: z.number().positive(),
});

/** One update that was given noise and may have been sent. */
export type Release = z.infer<typeof releaseSchema>;

/**
 * All releases so far; none if there is no file. A last line without an end was being written when the machine failed: its update never
 * left.
 *
 * @throws {ProbSelectError} client.unusable-privacy-account for a file that is damaged or cannot be read.
 */
export async function readReleases(path: string): Promise<readonly Release[]> {
  const content = await contentOf(path);
  const lines = content.subarray(0, wholeBytes(content)).toString("utf8").split("\n");
  return lines.slice(0, -1).map((line, index) => {
    try {
      return releaseSchema.parse(JSON.parse(line));
    } catch (thrown) {
      throw unusable(path, `line ${index + 1} is no release: ${messageOf(thrown)}`, thrown);
    }
  });
}

/**
 * Resolves when the release is on the disk. Two processes may add to one file.
 *
 * @throws {ProbSelectError} client.unusable-privacy-account if it cannot be written: then nothing may be sent.
 */
export async function appendRelease(path: string, release: Release): Promise<void> {
  const content = await contentOf(path);
  const whole = wholeBytes(content);
  try {
    if (whole < content.byteLength) await truncate(path, whole);
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    const file = await open(path, "a", PRIVATE_FILE);
    try {
      await file.writeFile(`${JSON.stringify(release)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(dirname(path));
  } catch (thrown) {
    throw unusable(path, `it cannot be written: ${messageOf(thrown)}`, thrown);
  }
}

/** Up to the end of the last line that has one. */
const wholeBytes = (content: Buffer): number => content.lastIndexOf("\n") + 1;

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return Buffer.alloc(0);
    throw unusable(path, `it cannot be read: ${messageOf(thrown)}`, thrown);
  }
}

/** Makes a new file's name as durable as its content; systems that cannot open folders (Windows) do that themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function unusable(path: string, why: string, cause: unknown): ProbSelectError {
  return new ProbSelectError(
    "client.unusable-privacy-account",
    `The privacy account ${path} cannot be used: ${why}. Without it nobody knows what was released: restore it, or name another file with --privacy-account.`,
    { cause },
  );
}
