// What the tests of `probselect explain --run` share: a journal on disk, explained by the real command line.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JournalRecord } from "../../server/journal/events.ts";
import { journalText } from "../support/journal-edits.ts";
import { runCli } from "./run-cli.ts";

/** The last line of stdout, parsed. */
export const jsonOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");

export const journalIn = (folder: { readonly path: string }): string => join(folder.path, "journal.ndjson");

/** Writes the records as a journal into the folder and explains a client of it. */
export async function explainIn(
  folder: { readonly path: string },
  records: readonly JournalRecord[],
  client: string,
  ...more: readonly string[]
) {
  await writeFile(journalIn(folder), journalText(records));
  return await runCli("explain", "--run", journalIn(folder), "--client", client, ...more);
}
