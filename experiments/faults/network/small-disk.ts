// A disk of its own for a run, so small that it can be filled (tmpfs; Linux, as root).

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KIBIBYTES = 1024;

export interface SmallDisk {
  remove(): void;
}

/** Mounts a disk at `path`, which is made. @throws where this process may not. */
export function smallDisk(path: string): SmallDisk {
  mkdirSync(path, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${KIBIBYTES}k`, "probselect-fault", path], { stdio: "pipe" });
  // Lazily: a process that was killed may still hold a file.
  return { remove: () => execFileSync("umount", ["-l", path], { stdio: "pipe" }) };
}

/** Whether this process may mount disks. */
export function canMountDisks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "probselect-disk-"));
  try {
    smallDisk(folder).remove();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
