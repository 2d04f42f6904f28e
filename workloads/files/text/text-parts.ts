// The texts of a file or a folder, each with its author: a file of the folder, or the speaker that a line such as "ROMEO:" names.

import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { malformed, missing } from "../malformed.ts";

/** Longer ones must be cut: a file's text is in memory while it is converted. */
const LONGEST_FILE_BYTES = 64 * 1024 * 1024;

export interface TextPart {
  /** Null where nobody says. */
  readonly id: string | null;
  readonly path: string;
  readonly text: string;
}

export interface TextFiles {
  readonly paths: readonly string[];
  /** Each of the files has its own author. */
  readonly isFolder: boolean;
}

/** @throws {ProbSelectError} workloads.dataset-missing; workloads.malformed-dataset for a folder without a .txt file. */
export async function findTexts(path: string): Promise<TextFiles> {
  const { isDirectory } = await kindOf(path);
  if (!isDirectory) return { paths: [path], isFolder: false };
  const names = await readdir(path);
  const texts = names.filter((name) => /\.txt$/i.test(name) && !name.startsWith(".")).sort();
  if (texts.length === 0) throw malformed(path, "the folder has no .txt file. Put one for each author in it.");
  return { paths: texts.map((name) => join(path, name)), isFolder: true };
}

async function kindOf(path: string): Promise<{ readonly isDirectory: boolean }> {
  try {
    return { isDirectory: (await stat(path)).isDirectory() };
  } catch (cause) {
    throw missing(path, cause);
  }
}

/**
 * One file's parts; a speaker's lines are joined, whoever spoke between them.
 *
 * @throws {ProbSelectError} workloads.malformed-dataset for bytes that are no UTF-8, a file that is too long or has no speaker.
 */
export async function partsOfFile(path: string, by: "file" | "speaker" | null): Promise<readonly TextPart[]> {
  const bytes = await readFile(path).catch((cause) => {
    throw missing(path, cause);
  });
  if (bytes.length > LONGEST_FILE_BYTES) {
    throw malformed(
      path,
      `the file has ${bytes.length} bytes, more than ${LONGEST_FILE_BYTES}. Cut it into several in a folder.`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll("\r\n", "\n");
  } catch (cause) {
    throw malformed(path, "the file is no UTF-8 text. Convert it, for instance: iconv -f latin1 -t utf-8 FILE.", cause);
  }
  if (by === "speaker") return speakersOf(path, text);
  return [{ id: by === "file" ? basename(path).replace(/\.txt$/i, "") : null, path, text }];
}

/** What stands before the first speaker is nobody's, and left out. */
function speakersOf(path: string, text: string): readonly TextPart[] {
  const speeches = new Map<string, string[]>();
  let lines: string[] | undefined;
  for (const line of text.split("\n")) {
    const speaker = /^(\S[^:]{0,60}):\s*$/.exec(line)?.[1];
    if (speaker !== undefined) {
      lines = speeches.get(speaker) ?? [];
      speeches.set(speaker, lines);
    } else if (line.trim() !== "") {
      lines?.push(line);
    }
  }
  if (speeches.size === 0) {
    throw malformed(
      path,
      'no line names a speaker, such as "ROMEO:". Leave out id=speaker, or give a folder with a file for each author.',
    );
  }
  return [...speeches].map(([id, own]) => ({ id, path, text: `${own.join("\n")}\n` }));
}
