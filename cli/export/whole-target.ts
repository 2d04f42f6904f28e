// A file or a folder that is either there whole or not at all: written beside its place under a name of its own, flushed, then renamed.
// Whatever stops it, a signal included, nothing half stays behind.

import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import type { ExportFiles } from "../../models/export/export-formats.ts";

/** So many bytes are written between two looks at the signal. */
const CHUNK_BYTES = 8 * 1024 * 1024;

export interface WholeTargetOptions {
  /** Replaces what lies at the path; otherwise a target that exists is refused. */
  readonly force: boolean;
  readonly signal: AbortSignal;
  /** @param writtenBytes so far, of all files. */
  readonly onProgress?: ((writtenBytes: number) => void) | undefined;
}

/** Names of the files, and their bytes together. */
export interface WrittenTarget {
  readonly files: readonly string[];
  readonly bytes: number;
}

/**
 * Refuses a target that may not be replaced: before any work is done, and again before it is replaced.
 *
 * @param names of the files in a folder that may be replaced with them; none where the export is a file.
 * @throws {ProbSelectError} cli.target-exists
 */
export async function requireFree(path: string, force: boolean, names: readonly string[]): Promise<void> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry) return;
  const refuse = (what: string) =>
    new ProbSelectError("cli.target-exists", `${path} ${what}, or choose another place with --out.`);
  if (!force) throw refuse("exists. Replace it with --force");
  const others = entry.isDirectory() ? (await readdir(path)).filter((name) => !names.includes(name)) : [];
  if (others.length > 0) {
    throw refuse(
      `is a folder with other files (${others.slice(0, 3).join(", ")}), which --force spares. Move them away`,
    );
  }
}

/**
 * @throws {ProbSelectError} cli.target-exists, cli.cannot-write, or cli.interrupted if the signal stopped it; the target is then as it was.
 */
export async function writeWhole(
  path: string,
  content: ExportFiles,
  options: WholeTargetOptions,
): Promise<WrittenTarget> {
  const { force, signal } = options;
  await requireFree(path, force, namesOf(content));
  const target = resolve(path);
  const temporary = `${target}.${randomUUID()}.partial`;
  const progress = { bytes: 0 };
  try {
    await mkdir(dirname(target), { recursive: true });
    if (content.kind === "file") await writePieces(temporary, content.pieces, options, progress);
    else {
      await mkdir(temporary);
      for (const [name, pieces] of Object.entries(content.files)) {
        await writePieces(join(temporary, name), pieces, options, progress);
      }
    }
    stopIfAsked(signal);
    await replace(temporary, target);
  } catch (thrown) {
    // Where nothing could be written there is nothing to remove.
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw thrown instanceof ProbSelectError ? thrown : cannotWrite(path, thrown);
  }
  const files = content.kind === "file" ? [path] : namesOf(content).map((name) => join(path, name));
  return { files, bytes: progress.bytes };
}

const namesOf = (content: ExportFiles) => (content.kind === "file" ? [] : Object.keys(content.files));

async function writePieces(
  path: string,
  pieces: readonly Uint8Array[],
  { signal, onProgress }: WholeTargetOptions,
  progress: { bytes: number },
): Promise<void> {
  const file = await open(path, "wx");
  try {
    for (const piece of pieces) {
      for (let begin = 0; begin < piece.byteLength; begin += CHUNK_BYTES) {
        stopIfAsked(signal);
        const chunk = piece.subarray(begin, begin + CHUNK_BYTES);
        await file.writeFile(chunk);
        progress.bytes += chunk.byteLength;
        onProgress?.(progress.bytes);
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A file takes another's place at once. A folder cannot: the old one steps aside, and comes back if the new one cannot take its place. */
async function replace(temporary: string, target: string): Promise<void> {
  const aside = `${temporary}.old`;
  try {
    return await rename(temporary, target);
  } catch (thrown) {
    if (!(await stat(target).catch(() => undefined))) throw thrown;
  }
  await rename(target, aside);
  try {
    await rename(temporary, target);
  } catch (thrown) {
    await rename(aside, target);
    throw thrown;
  }
  await rm(aside, { recursive: true, force: true });
}

function stopIfAsked(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new ProbSelectError(
    "cli.interrupted",
    "The export was interrupted; nothing was left half-written. Run it again.",
  );
}

function cannotWrite(path: string, cause: unknown): ProbSelectError {
  return new ProbSelectError(
    "cli.cannot-write",
    `${path} cannot be written: ${messageOf(cause)}. Choose another place with --out.`,
    { cause },
  );
}
