// Reads calibration files, each whole and once, before a run begins.

import { readFile } from "node:fs/promises";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { type Calibration, parseCalibration } from "../selection/latency/calibrated/calibration.ts";

/**
 * @param files paths, relative to the working folder.
 * @throws {ProbSelectError} selection.malformed-calibration, naming the file, if one cannot be read or is none.
 */
export function readCalibrations(files: readonly string[]): Promise<readonly Calibration[]> {
  return Promise.all(files.map(async (file) => parseCalibration(await textOf(file), file)));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ProbSelectError(
      "selection.malformed-calibration",
      `The calibration ${file} cannot be read: ${messageOf(cause)}. Measure one with "probselect calibrate --out ${file}".`,
      { cause },
    );
  }
}
