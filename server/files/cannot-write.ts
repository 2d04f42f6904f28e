// What a disk that is full or broken throws, in words that say what to do. The run is not at fault: it goes on with the next start.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";

const fullDiskCodes: readonly unknown[] = ["ENOSPC", "EDQUOT"];
const brokenDiskCodes: readonly unknown[] = ["EIO", "EROFS"];

/** Whether something could not be written for want of room. */
export function isDiskFull(thrown: unknown): boolean {
  return fullDiskCodes.includes(codeOf(thrown));
}

/** @param what that cannot be written: "The journal runs/a/journal.ndjson". */
export function cannotWrite(what: string, thrown: unknown): ProbSelectError {
  return new ProbSelectError(
    "server.cannot-write",
    `${what} cannot be written: ${messageOf(thrown)}. Make room or mend the disk, then start the server again with the same ` +
      "configuration: the run goes on where it was.",
    { cause: thrown },
  );
}

/**
 * What was thrown, as server.cannot-write if the disk is to blame.
 *
 * @param folder of the run.
 */
export function blamingDisk(thrown: unknown, folder: string): unknown {
  const isDisk = isDiskFull(thrown) || brokenDiskCodes.includes(codeOf(thrown));
  return isDisk ? cannotWrite(`The run's folder ${folder}`, thrown) : thrown;
}

/** Whether an error says that the run can go on once its disk is mended. */
export function isCannotWrite(thrown: unknown): thrown is ProbSelectError {
  return thrown instanceof ProbSelectError && thrown.code === "server.cannot-write";
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}
