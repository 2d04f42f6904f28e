// Where an update lies while it arrives and waits: a spool file and its ledger beside it, in one folder a round.

import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** @param folder of all rounds. */
export const roundFolder = (folder: string, round: number): string => join(folder, `r${round}`);

/** The spool file of a task; its name has nothing of the task's that could have a meaning in a path. */
export function spoolFile(
  folder: string,
  { round, taskId }: { readonly round: number; readonly taskId: string },
): string {
  const name = createHash("sha256").update(taskId).digest("hex");
  return join(roundFolder(folder, round), `${name}.part`);
}

/** Removes all but what belongs to rounds from `firstRound` on. */
export async function removeRoundsBefore(firstRound: number, folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const round = /^r(\d+)$/.exec(name)?.[1];
    if (round === undefined || Number(round) < firstRound) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** The folder of a spool file, made if it is not there. */
export function prepareRoundFolder(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
}

export const ledgerOf = (path: string): string => `${path}s`;

/** Removes a spool file with its ledger, if they are there. */
export async function removeSpooled(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(ledgerOf(path), { force: true });
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
