// The choice of what runs the tensors. Nothing falls back in silence: every candidate says whether it is usable and why.

import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs-core";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { installWasmKernels } from "./wasm-kernels/install-wasm-kernels.ts";

/** In the order of preference of "auto". */
export const backendNames = ["tensorflow-cuda", "tensorflow", "wasm", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];

/** Of TensorFlow.js, which runs the tensors whatever the back-end. */
export const tensorflowVersion: string = tf.version_core;

export interface BackendReport {
  readonly name: BackendName;
  readonly usable: boolean;
  /** What it is, or why it cannot be used and what to do. */
  readonly reason: string;
  /** Whether training runs on a GPU. */
  readonly usesGpu: boolean;
}

export interface BackendChoice extends BackendReport {
  /** Why this one: asked for, or the first usable one, with what was passed over. */
  readonly choice: string;
}

interface Candidate {
  readonly usesGpu: boolean;
  readonly description: string;
  /** Makes it tfjs' current back-end; throws if it cannot. */
  readonly activate: () => Promise<void>;
}

const candidates: Readonly<Record<BackendName, Candidate>> = {
  "tensorflow-cuda": {
    usesGpu: true,
    description: "TensorFlow's native library with CUDA (@tensorflow/tfjs-node-gpu)",
    activate: () => activateNative("@tensorflow/tfjs-node-gpu"),
  },
  tensorflow: {
    usesGpu: false,
    description: "TensorFlow's native library on the CPU (@tensorflow/tfjs-node)",
    activate: () => activateNative("@tensorflow/tfjs-node"),
  },
  wasm: {
    usesGpu: false,
    description: "WebAssembly with SIMD on one CPU thread, with ProbSelect's training kernels",
    activate: async () => {
      await import("@tensorflow/tfjs-backend-wasm");
      installWasmKernels();
      await activateRegistered("wasm");
    },
  },
  cpu: {
    usesGpu: false,
    description: "plain JavaScript; too slow for convolutional networks",
    activate: async () => {
      await import("@tensorflow/tfjs-backend-cpu");
      await withoutBanner(async () => {
        await activateRegistered("cpu");
        tf.scalar(0).dispose(); // the banner comes with the first value
      });
    },
  },
};

/**
 * Makes a back-end current.
 *
 * @param preference "auto" takes the first usable one of `backendNames`.
 * @throws {ProbSelectError} models.no-usable-backend if the one asked for cannot be used; there is no silent substitute.
 */
export async function selectBackend(preference: "auto" | BackendName): Promise<BackendChoice> {
  const passedOver: string[] = [];
  for (const name of preference === "auto" ? backendNames : [preference]) {
    const report = await tryBackend(name);
    if (report.usable) {
      const choice =
        preference === "auto"
          ? `first usable back-end${passedOver.length > 0 ? ` (passed over: ${passedOver.join("; ")})` : ""}`
          : "asked for";
      return { ...report, choice };
    }
    passedOver.push(`${name}: ${report.reason}`);
  }
  throw new ProbSelectError(
    "models.no-usable-backend",
    `The back-end "${preference}" cannot be used: ${passedOver.join("; ")}. Use --backend wasm, which always works.`,
  );
}

/** Tries every back-end, best first, and says what it finds. The last one tried stays current. */
export async function describeBackends(): Promise<readonly BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const name of backendNames) reports.push(await tryBackend(name));
  return reports;
}

async function tryBackend(name: BackendName): Promise<BackendReport> {
  const { usesGpu, description, activate } = candidates[name];
  try {
    await activate();
    return { name, usable: true, reason: description, usesGpu };
  } catch (thrown) {
    return { name, usable: false, reason: messageOf(thrown), usesGpu };
  }
}

/** The native packages register the back-end "tensorflow" with the tfjs-core that they find. */
async function activateNative(packageName: string): Promise<void> {
  if (!isInstalled(packageName)) throw new Error(`not installed; npm install ${packageName} adds it`);
  try {
    await withoutBanner(() => import(packageName));
  } catch (thrown) {
    const cause = messageOf(thrown).split("\n")[0];
    throw new Error(`installed but does not load (${cause}); its version 4.22 needs Node 20 or 22`);
  }
  if (!tf.findBackend("tensorflow")) {
    throw new Error("it brought another copy of @tensorflow/tfjs-core; install version 4.22.0 exactly");
  }
  await activateRegistered("tensorflow");
}

function isInstalled(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

async function activateRegistered(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its back-end "${name}"`);
  await tf.ready();
}

/** tfjs advertises its native package on the console when the cpu back-end starts; `doctor` says it better. */
async function withoutBanner<Result>(run: () => Promise<Result>): Promise<Result> {
  const { IS_TEST } = tf.env().getFlags();
  tf.env().set("IS_TEST", true);
  try {
    return await run();
  } finally {
    tf.env().set("IS_TEST", IS_TEST ?? false);
  }
}
