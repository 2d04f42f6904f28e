// The choice of what runs the tensors. Nothing falls back in silence: every candidate says whether it is usable and why.

import * as tf from "@tensorflow/tfjs-core";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import type { Candidate } from "./backends/candidate.ts";
import { checkArithmetic } from "./backends/check-arithmetic.ts";
import { isInstalled } from "./backends/installed-package.ts";
import { type AdapterInfo, automaticBackends, type BackendName, mayBeNative, packagesOf } from "./backends/names.ts";
import { nativeCuda, nativeProcessor } from "./backends/native.ts";
import { plainJavaScript, webAssembly } from "./backends/plain.ts";
import { softwareWebGpu, webGpu } from "./backends/webgpu.ts";

export { type AdapterInfo, automaticBackends, type BackendName, backendNames } from "./backends/names.ts";

/** Of TensorFlow.js, which runs the tensors whatever the back-end. */
export const tensorflowVersion: string = tf.version_core;

export interface BackendReport {
  readonly name: BackendName;
  readonly usable: boolean;
  /** What it is, or why it cannot be used and what to do. */
  readonly reason: string;
  /** Whether training runs on a GPU. */
  readonly usesGpu: boolean;
  /** The GPU as WebGPU describes it; of that back-end only. */
  readonly adapter?: AdapterInfo | undefined;
}

export interface BackendChoice extends BackendReport {
  /** Why this one: asked for, or the first usable one. */
  readonly choice: string;
  /** What was tried before it, in that order. */
  readonly passedOver: readonly PassedOver[];
}

export interface PassedOver extends Pick<BackendReport, "name" | "reason"> {
  /** Its packages are there: it could be expected to work. */
  readonly isInstalled: boolean;
}

const candidates: Readonly<Record<BackendName, Candidate>> = {
  "tensorflow-cuda": nativeCuda,
  webgpu: webGpu,
  tensorflow: nativeProcessor,
  wasm: webAssembly,
  cpu: plainJavaScript,
  "webgpu-software": softwareWebGpu,
};

/**
 * Makes a back-end current.
 *
 * @param preference "auto" takes the first usable one of `automaticBackends`.
 * @throws {ProbSelectError} models.no-usable-backend if the one asked for cannot be used; there is no silent substitute.
 */
export async function selectBackend(preference: "auto" | BackendName): Promise<BackendChoice> {
  const passedOver: PassedOver[] = [];
  for (const name of preference === "auto" ? automaticBackends : [preference]) {
    const report = await reportBackend(name);
    if (report.usable) {
      return { ...report, choice: preference === "auto" ? "first usable back-end" : "asked for", passedOver };
    }
    const packages = packagesOf[name] ?? [];
    passedOver.push({ name, reason: report.reason, isInstalled: packages.every(isInstalled) });
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  throw new ProbSelectError(
    "models.no-usable-backend",
    `The back-end "${preference}" cannot be used: ${reasons}. Use --backend wasm, which always works.`,
  );
}

/** Tries a back-end, and says what it finds; one that is not all JavaScript and WebAssembly must compute right. A usable one stays current. */
export async function reportBackend(name: BackendName): Promise<BackendReport> {
  const { usesGpu, description, activate } = candidates[name];
  try {
    const { adapter } = (await activate()) ?? {};
    if (mayBeNative(name)) await checkArithmetic();
    return { name, usable: true, reason: description + (adapter ? `: ${adapter.description}` : ""), usesGpu, adapter };
  } catch (thrown) {
    return { name, usable: false, reason: messageOf(thrown), usesGpu };
  }
}

/** As TensorFlow.js names it: "tensorflow" is either of its native libraries. */
export function currentBackend(): string {
  return tf.getBackend();
}
