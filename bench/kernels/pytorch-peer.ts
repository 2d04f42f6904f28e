// PyTorch on one thread, the same networks and the same work: what a step costs on this processor where it is done well.

import { fileURLToPath } from "node:url";
import { initialParameters } from "../../models/initial-parameters.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { pythonEnvironment } from "../python-environment.ts";
import { run, timedProcess } from "../timed-process.ts";
import { type Cell, type CellResult, cellWork } from "./cell.ts";

export interface PytorchPeer {
  /** With the version. */
  readonly name: string;
  readonly measure: (model: Cell["model"], seconds: number) => Promise<CellResult>;
}

interface PeerSteps {
  readonly stepsPerSecond: number;
  readonly parameterCount: number;
  readonly peakRssBytes: number;
}

const REQUIREMENTS = "requirements-pytorch.txt";
const script = fileURLToPath(new URL("../peers/pytorch_steps.py", import.meta.url));

/**
 * Of `python3`, if it has PyTorch, else of the benchmark's own environment.
 *
 * @param mayInstall whether that may be made, which takes gigabytes on Linux.
 * @returns a sentence where there is none.
 */
export async function findPytorch(
  progress: (line: string) => void,
  mayInstall: boolean,
): Promise<PytorchPeer | string> {
  try {
    return await peerOf("python3");
  } catch {
    const environment = await pythonEnvironment(REQUIREMENTS, progress, mayInstall);
    if (environment.kind === "ready") return peerOf(environment.python);
    return `no PyTorch to compare with: ${environment.reason}${mayInstall ? "" : " npm run bench -- kernels installs them."}`;
  }
}

/** Rejects if that Python has no PyTorch. */
async function peerOf(python: string): Promise<PytorchPeer> {
  const version = (await run(python, ["-c", "import torch; print(torch.__version__)"])).trim().replace(/\+.*/, "");
  return {
    name: `PyTorch ${version}, one thread`,
    async measure(model, seconds) {
      const architecture = findArchitecture(model);
      const cell = JSON.stringify({ architecture, seconds, ...cellWork });
      const { result } = await timedProcess<PeerSteps>(python, [script, cell]);
      const expected = initialParameters(architecture, 1).values.length;
      if (result.parameterCount === expected) return result;
      throw new Error(
        `PyTorch's ${model} has ${result.parameterCount} parameters, ours ${expected}: not the same network.`,
      );
    },
  };
}
