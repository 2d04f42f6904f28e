// What every back-end of this machine is good for. Native ones are tried in a process each: they stay loaded, and may crash.

import { type BackendReport, reportBackend } from "../../models/tensorflow/backend.ts";
import { isInstalled } from "../../models/tensorflow/backends/installed-package.ts";
import { type BackendName, backendNames, packagesOf } from "../../models/tensorflow/backends/names.ts";
import { probeInProcess } from "./probe-in-process.ts";

/** Tries every back-end, in the order of `backendNames`. The last of those that come with the package stays current here. */
export async function probeBackends(): Promise<readonly BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const name of backendNames) reports.push(await probeBackend(name));
  return reports;
}

export function probeBackend(name: BackendName): Promise<BackendReport> {
  const isLoadedNatively = packagesOf[name]?.every(isInstalled) ?? false;
  return isLoadedNatively ? probeInProcess(name) : reportBackend(name);
}
