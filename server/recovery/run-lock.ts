// One aggregator a folder: two that write the same journal would destroy the run. The lock names its process; one whose process is
// gone (kill -9, a reboot, another container with the same number) holds nothing.

import { open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";

const holderSchema = z.object({ pid: z.int(), startedAt: z.string().nullable(), host: z.string() });
type Holder = z.infer<typeof holderSchema>;

export interface RunLock {
  release(): Promise<void>;
}

/**
 * @param path of the lock's file.
 * @throws {ProbSelectError} server.folder-in-use while another process holds it.
 */
export async function takeRunLock(path: string): Promise<RunLock> {
  const own: Holder = { pid: process.pid, startedAt: await startOf(process.pid), host: hostname() };
  for (let attempt = 1; ; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(JSON.stringify(own));
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (thrown) {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST") || attempt > 10) throw thrown;
    }
    const holder = await readHolder(path);
    if (holder && (await holds(holder))) {
      throw new ProbSelectError(
        "server.folder-in-use",
        `Another aggregator (process ${holder.pid} on ${holder.host}) writes to this folder: ${path} is its lock. Stop it, or ` +
          "give this one its own outputDirectory (--out DIR).",
      );
    }
    await rm(path, { force: true });
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // Torn while it was written: its process did not live to hold it.
    return undefined;
  }
}

/** Whether that very process lives. Of another host nothing can be known: a shared folder is taken to be in use. */
async function holds({ pid, startedAt, host }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  if (!isAlive(pid)) return false;
  if (pid === process.pid) return (await startOf(pid)) === startedAt;
  const start = await startOf(pid);
  return start === null || start === startedAt;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

/** When a process began, in ticks since the boot, with the boot's id (Linux); null where that cannot be read. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    // Field 22; the second field, in parentheses, may contain anything.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${boot.trim()} ${ticks}`;
  } catch {
    return null;
  }
}
