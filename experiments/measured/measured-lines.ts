// The measured lines by the name of their link. Those of Wi-Fi are always there; those of 5G only where the user has the traces.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ProbSelectError } from "../../foundation/errors.ts";
import { readRateTraces } from "../link-spread/read-network-tables.ts";
import { traceLines } from "./trace-lines.ts";
import type { MeasuredLine, MeasuredLinkName } from "./types.ts";
import { weibullWifiLines, wifiLines } from "./wifi-lines.ts";

export const measuredLinkNames = [
  "measured-wifi",
  "measured-wifi-weibull",
  "measured-5g",
] as const satisfies readonly MeasuredLinkName[];

/** Whether a link's name is that of measured lines. */
export function isMeasuredLink(name: string): name is MeasuredLinkName {
  return measuredLinkNames.some((each) => each === name);
}

/**
 * All lines of a measured link, in an order that does not change.
 *
 * @param dataFolder the user's folder with network/ in it; only "measured-5g" reads it.
 * @throws {ProbSelectError} experiments.data-missing if the 5G traces are not there, experiments.malformed-measurements if they cannot
 * be used.
 */
export function measuredLines(name: MeasuredLinkName, dataFolder?: string): readonly MeasuredLine[] {
  switch (name) {
    case "measured-wifi":
      return wifiLines();
    case "measured-wifi-weibull":
      return weibullWifiLines();
    case "measured-5g":
      return traceLines(readTraces(dataFolder));
  }
}

const [samplesFile, summaryFile] = ["mobile5g_10s.csv", "mobile5g_trace_summary.csv"] as const;

function readTraces(dataFolder: string | undefined) {
  if (dataFolder === undefined) {
    throw missing("This package does not contain the 5G traces, whose licence is GPL-3.");
  }
  const [samples, summary] = [samplesFile, summaryFile].map((file) => {
    const path = join(dataFolder, "network", file);
    if (!existsSync(path)) throw missing(`There is no file ${path}.`);
    return readFileSync(path, "utf8");
  });
  return readRateTraces(samples as string, summary as string);
}

function missing(what: string): ProbSelectError {
  return new ProbSelectError(
    "experiments.data-missing",
    `${what} Links named "measured-5g" need them: name the folder that has network/${samplesFile} and ` +
      `network/${summaryFile} in it with --data, or take "measured-wifi".`,
  );
}
