import { describe, expect, it } from "vitest";
import { probeNetworks } from "../../../../client/calibration/probe-networks.ts";
import plain from "../../../../experiments/forecast-accuracy/measured/amd-epyc-cpu.data.json" with { type: "json" };
import native from "../../../../experiments/forecast-accuracy/measured/amd-epyc-tensorflow.data.json" with {
  type: "json",
};
import software from "../../../../experiments/forecast-accuracy/measured/amd-epyc-webgpu-software.data.json" with {
  type: "json",
};
import { processorStep } from "../../../../selection/latency/processor/processor-step.ts";
import { rooflineStep } from "../../../../selection/latency/roofline/roofline-step.ts";
import { lenet5, processor, workload } from "../calibrated/support.ts";

const { peakFlopPerSecond } = plain;
const cells = [plain, native, software].flatMap(({ calibration: { backend, cells } }) =>
  cells.map((cell) => ({ ...cell, backend })),
);

describe("a processor's back-end", () => {
  it.each(cells)("$backend is forecast within a factor of 2.5 of the measured $network at batch $batchSize", (cell) => {
    const network = probeNetworks.find(({ name }) => name === cell.network);
    if (network === undefined) throw new Error(`no probe ${cell.network}`);
    const forecast = processorStep(peakFlopPerSecond, cell.backend, workload(network, cell.batchSize));
    const ratio = (forecast?.secondsPerStep ?? Number.NaN) / cell.secondsPerStep;
    expect(ratio).toBeGreaterThan(1 / 2.5);
    expect(ratio).toBeLessThan(2.5);
  });

  it("counts: plain JavaScript takes over fifty times as long as wasm for LeNet-5, and is less certain", () => {
    const step = (backend: string) => rooflineStep("normal-utilisation")(processor, backend, workload(lenet5, 32));
    const [plain, wasm] = [step("cpu"), step("wasm")];
    expect(plain.secondsPerStep / wasm.secondsPerStep).toBeGreaterThan(50);
    expect(plain.tierReason).toMatch(/back-end cpu, 2026-11-25/);
    const sigmaOf = ({ components: [first] }: typeof plain) =>
      first?.law.kind === "normal-utilisation" ? first.law.relativeSigma : Number.NaN;
    expect(sigmaOf(plain)).toBeGreaterThan(sigmaOf(wasm));
  });

  it("without a measurement has wasm's price, and the reason says so", () => {
    const step = processorStep(peakFlopPerSecond, "onnx", workload(lenet5, 32));
    expect(step?.reason).toMatch(/"onnx" was not measured on any processor/);
    expect(step?.secondsPerStep).toBe(processorStep(peakFlopPerSecond, "wasm", workload(lenet5, 32))?.secondsPerStep);
  });
});
