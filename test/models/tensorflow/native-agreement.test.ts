// TensorFlow's native library beside wasm, where it is installed (bench/peers/build-tfjs-node.sh): the networks of the zoo, and the operators
// of their steps.

import { afterEach, describe, expect, it } from "vitest";
import { isInstalled } from "../../../models/tensorflow/backends/installed-package.ts";
import { killSpawned, spawnProgram } from "../../support/spawn-cli.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import type { Comparison } from "./operators/compare-operators.ts";
import { threeSteps } from "./train-on-both.ts";
import { zooCases } from "./zoo-cases.ts";

const cases = zooCases.map(({ nativeTolerance, ...each }) => {
  return { ...each, tolerance: nativeTolerance ?? each.tolerance };
});

describe.skipIf(!isInstalled("@tensorflow/tfjs-node"))("TensorFlow's native library", () => {
  const folder = temporaryFolder();
  afterEach(killSpawned);

  it.each(cases)(
    "trains $name as wasm does: three steps, loss and each parameter to $tolerance",
    async (each) => {
      const { wasm, other, worst } = await threeSteps("tensorflow", folder.path, each);
      expect(other.stepCount).toBe(3);
      expect(Math.abs(other.trainingLoss - wasm.trainingLoss)).toBeLessThan(each.tolerance);
      expect(worst).toBeLessThan(each.tolerance);
    },
    120_000,
  );

  it("has the values and gradients of wasm, and the same bits each time", async () => {
    const program = spawnProgram("test/models/tensorflow/operators/compare-operators.ts", "tensorflow", "30", "1");
    expect(await program.exit, program.stderr()).toMatchObject({ code: 0 });
    const { outputs, ...wrong }: Comparison = JSON.parse(program.stdout());
    expect(outputs).toBeGreaterThan(300);
    expect(wrong).toEqual({ differing: [], unsteady: [] });
  }, 120_000);
});
