// Tries a back-end in a process of its own: native code stays loaded, and may crash. Without TensorFlow.js in the caller's process.

import { startBackground } from "../../background/background.ts";
import type { BackendReport } from "../../models/tensorflow/backend.ts";
import type { BackendName } from "../../models/tensorflow/backends/names.ts";

export async function probeInProcess(name: BackendName): Promise<BackendReport> {
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
