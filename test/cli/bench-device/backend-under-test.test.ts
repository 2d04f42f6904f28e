import { describe, expect, it } from "vitest";
import { BackendUnderTest } from "../../../cli/bench-device/backend-under-test.ts";
import type { DetectedHardware } from "../../../client/detection/detected-gpu.ts";
import { architectureSchema } from "../../../models/architecture.ts";
import { logisticRegression } from "../../../models/zoo.ts";

const hardware: DetectedHardware = {
  ...{ gpus: [], cpu: { name: "Some CPU", clockHertz: 2e9 }, networkBitsPerSecond: undefined, notes: [] },
};
const effort = { turns: 3, maximumSecondsPerCell: 1, longestStepSeconds: 5 };
const { signal } = new AbortController();
const ignore = () => {};

describe("BackendUnderTest", () => {
  it("goes on after a workload that fails, and has only the others in its calibration", async () => {
    const backend = new BackendUnderTest("wasm", hardware, { effort, device: undefined, gpuIndex: undefined });
    const [flatten] = logisticRegression.layers;
    const ending = { kind: "dense", name: "end", units: 10, activation: "relu" };
    const headless = architectureSchema.parse({ ...logisticRegression, name: "headless", layers: [flatten, ending] });
    const problem = await backend.measure({ architecture: headless, batchSize: 4 }, ignore, signal);
    expect(problem).toMatch(/^failed: .*headless/);
    expect(await backend.measure({ architecture: logisticRegression, batchSize: 4 }, ignore, signal)).toBeNull();
    expect(backend.result()).toMatchObject({
      isUsable: true,
      device: { reportedName: "Some CPU", peakFlopPerSecond: 1.6e10 },
      cells: [{ network: "headless", outcome: "failed" }, { outcome: "measured" }],
    });
    const [[file, calibration] = []] = backend.calibrations();
    expect(file).toBe("calibration-wasm.json");
    expect(calibration?.cells.map(({ network }) => network)).toEqual(["logistic-regression"]);
  });

  it("knows how long a step took that was too slow to be measured, and nothing of one that failed", async () => {
    const impatient = { ...effort, longestStepSeconds: 1e-9 };
    const backend = new BackendUnderTest("wasm", hardware, {
      effort: impatient,
      device: undefined,
      gpuIndex: undefined,
    });
    const problem = await backend.measure({ architecture: logisticRegression, batchSize: 4 }, ignore, signal);
    expect(problem).toMatch(/^skipped: a warm step takes /);
    expect(backend.lastSecondsPerStep).toBeGreaterThan(1e-9);
    const headless = { ...logisticRegression, name: "headless", layers: logisticRegression.layers.slice(0, 1) };
    expect(await backend.measure({ architecture: headless, batchSize: 4 }, ignore, signal)).toMatch(/^failed: /);
    expect(backend.lastSecondsPerStep).toBeNull();
  });

  it("finds out at the first workload that a back-end cannot be used, and tries no other", async () => {
    const backend = new BackendUnderTest("tensorflow-cuda", hardware, {
      effort,
      device: undefined,
      gpuIndex: undefined,
    });
    const plan = { architecture: logisticRegression, batchSize: 4 };
    expect(await backend.measure(plan, ignore, signal)).toMatch(/^not installed/);
    expect(await backend.measure(plan, ignore, signal)).toBeNull();
    expect(backend.result()).toMatchObject({ isUsable: false, device: null, calibrationFile: null, cells: [] });
    expect(backend.calibrations()).toEqual([]);
  });
});
