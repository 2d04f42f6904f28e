// What every back-end of this machine is good for. Native ones are tried in a process each: they stay loaded, and may crash.

import { startBackground } from "../../background/background.ts";
import { type BackendReport, reportBackend } from "../../models/tensorflow/backend.ts";
import { isInstalled } from "../../models/tensorflow/backends/installed-package.ts";
import { type BackendName, backendNames, packagesOf } from "../../models/tensorflow/backends/names.ts";

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

async function probeInProcess(name: BackendName): Promise<BackendReport> {
  const entry = { callerUrl: import.meta.url, name: "./probe-worker", setup: name };
  let answer: (report: BackendReport) => void = () => {};
  const report = new Promise<BackendReport>((resolve) => {
    answer = resolve;
  });
  const background = startBackground<never, BackendReport>("process", entry, {
    onReply: (found) => answer(found),
    onEnd: (what) =>
      answer({ name, usable: false, usesGpu: false, reason: `installed, but the process that tried it ${what}` }),
  });
  try {
    return await report;
  } finally {
    await background.end();
  }
}
