// Brings parts to the disk while others still arrive, so that a commit, which must wait for the disk, waits for little.

import { open } from "node:fs/promises";

export class EarlySync {
  #isBusy = false;

  /**
   * Begins to sync the file, if no other is being synced: waiting for a disk takes a thread of the few that also write the parts.
   * Nothing is promised by it, and no error told; the commit syncs for itself.
   */
  begin(path: string): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    void sync(path)
      .catch(() => {})
      .finally(() => {
        this.#isBusy = false;
      });
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
