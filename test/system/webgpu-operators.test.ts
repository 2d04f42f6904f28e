// WebGPU's operators on Mesa's software driver for Vulkan, beside those of wasm. Needs what scripts/install-software-vulkan.sh brings.

import { afterEach, describe, expect, it } from "vitest";
import type { Comparison } from "../models/tensorflow/operators/compare-operators.ts";
import { killSpawned, spawnProgram } from "../support/spawn-cli.ts";

afterEach(killSpawned);

describe("operators of a training step on WebGPU", () => {
  it.each([1, 2])("have the values and gradients of wasm, and the same bits each time (seed %i)", async (seed) => {
    const program = spawnProgram(
      "test/models/tensorflow/operators/compare-operators.ts",
      "webgpu-software",
      "30",
      String(seed),
    );
    expect(await program.exit, program.stderr()).toMatchObject({ code: 0 });
    const { outputs, ...wrong }: Comparison = JSON.parse(program.stdout());
    expect(outputs).toBeGreaterThan(300);
    expect(wrong).toEqual({ differing: [], unsteady: [] });
  });
});
