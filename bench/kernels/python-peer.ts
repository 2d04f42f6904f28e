// Python's frameworks on one thread, the same networks and the same work: what a step costs on this processor where it is done well.

import { fileURLToPath } from "node:url";
import { initialParameters } from "../../models/initial-parameters.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { pythonEnvironment } from "../python-environment.ts";
import { run, timedProcess } from "../timed-process.ts";
import { type Cell, type CellResult, cellWork } from "./cell.ts";

export interface Framework {
  readonly name: string;
  /** What it is imported as. */
  readonly module: string;
  /** In bench/peers/. */
  readonly requirements: string;
  readonly script: string;
}

export interface PythonPeer {
  /** With the version. */
  readonly name: string;
  /** @param mode what the script takes besides the cell. */
  readonly measure: (model: Cell["model"], seconds: number, mode?: string) => Promise<CellResult>;
}

export const pytorch: Framework = {
  name: "PyTorch",
  module: "torch",
  requirements: "requirements-pytorch.txt",
  script: "pytorch_steps.py",
};

export const pythonTensorflow: Framework = {
  name: "Python TensorFlow",
  module: "tensorflow",
  requirements: "requirements-tensorflow.txt",
  script: "tensorflow_steps.py",
};

interface PeerSteps {
  readonly stepsPerSecond: number;
  readonly parameterCount: number;
  readonly peakRssBytes: number;
}

/**
 * Of `python3`, if it has the framework, else of the benchmark's own environment.
 *
 * @param mayInstall whether that may be made; PyTorch takes gigabytes on Linux.
 * @returns undefined where there is none, having said why.
 */
export async function findPeer(
  framework: Framework,
  progress: (line: string) => void,
  mayInstall: boolean,
): Promise<PythonPeer | undefined> {
  const own = await peerOf(framework, "python3").catch(() => undefined);
  if (own) return own;
  const environment = await pythonEnvironment(framework.requirements, progress, mayInstall);
  if (environment.kind === "ready") return peerOf(framework, environment.python);
  const hint = mayInstall ? "" : " npm run bench -- kernels installs them.";
  progress(`no ${framework.name} to compare with: ${environment.reason}${hint}`);
  return undefined;
}

/** Rejects if that Python does not have it. */
async function peerOf({ name, module, script }: Framework, python: string): Promise<PythonPeer> {
  const printed = await run(python, ["-c", `import ${module}; print(${module}.__version__)`]);
  const version = printed.trim().replace(/\+.*/, "");
  return {
    name: `${name} ${version}`,
    async measure(model, seconds, mode) {
      const architecture = findArchitecture(model);
      const cell = JSON.stringify({ architecture, seconds, ...cellWork });
      const path = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
      const { result } = await timedProcess<PeerSteps>(python, [path, cell, ...(mode ? [mode] : [])]);
      const expected = initialParameters(architecture, 1).values.length;
      if (result.parameterCount === expected) return result;
      throw new Error(
        `${name}'s ${model} has ${result.parameterCount} parameters, ours ${expected}: not the same network.`,
      );
    },
  };
}
