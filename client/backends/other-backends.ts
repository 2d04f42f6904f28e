// What else an agent can train with than what it has chosen: the aggregator picks among them for each job.

import type { BackendReport } from "../../models/tensorflow/backend.ts";
import { isInstalled } from "../../models/tensorflow/backends/installed-package.ts";
import { automaticBackends, type BackendName, isOffered, packagesOf } from "../../models/tensorflow/backends/names.ts";
import { probeInProcess } from "./probe-in-process.ts";

/**
 * Tries the others, the native ones each in a process of its own.
 *
 * @param wanted "usable": all that are installed and work, without a word on those that do not.
 */
export async function otherBackends(
  current: BackendName,
  wanted: readonly BackendName[] | "usable",
): Promise<readonly BackendReport[]> {
  const asked = wanted === "usable" ? automaticBackends.filter(isOffered) : wanted;
  const reports: BackendReport[] = [];
  for (const name of asked) {
    if (name === current) continue;
    const isThere = packagesOf[name]?.every(isInstalled) ?? true;
    const report = isThere ? await probeInProcess(name) : undefined;
    if (report && (report.usable || wanted !== "usable")) reports.push(report);
    else if (wanted !== "usable") reports.push({ name, usable: false, usesGpu: false, reason: "it is not installed" });
  }
  return reports;
}
