// What `import ... from "probselect"` gives, used as a program would use it.

import { describe, expect, it } from "vitest";
import {
  type Candidate,
  createPolicy,
  findArchitecture,
  findLatencyModel,
  findStepModel,
  forecastColumns,
  type LayersModelDescription,
  layersModelCost,
  layersModelWorkload,
  ProbSelectError,
  renderRunReport,
  resolveDevice,
  rooflineModel,
  selectClients,
  workloadFor,
} from "../index.ts";
import { sampleJournal } from "./support/journal-fixture.ts";

describe("the public API", () => {
  it("forecasts a client's round and selects by it", () => {
    const workload = workloadFor({
      architecture: findArchitecture("lenet5"),
      training: { epochs: 1, batchSize: 32, learningRate: 0.05, momentum: 0 },
    });
    const slo = { deadlineSeconds: 30, minimumProbability: 0.8 };
    const candidate: Candidate = {
      clientId: "a",
      device: resolveDevice({ kind: "gpu", name: "NVIDIA A100 PCIe 40GB" }),
      link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.01 },
      exampleCount: 5000,
    };
    const forecast = rooflineModel.forecast(candidate, workload, slo);
    const { decisions } = selectClients({
      policy: createPolicy("probselect"),
      round: 1,
      seed: 1,
      slo,
      candidates: [{ candidate, forecast }],
    });
    expect(forecast.deadlineProbability).toBeGreaterThan(0.8);
    expect(decisions[0]).toMatchObject({ clientId: "a", selected: true });
  });

  it("forecasts a fleet in columns as it forecasts each client", () => {
    const training = { epochs: 1, batchSize: 32, learningRate: 0.05, momentum: 0 };
    const workload = workloadFor({ architecture: findArchitecture("lenet5"), training });
    const device = resolveDevice({ kind: "gpu", name: "Tesla T4" });
    const link = { downlinkBitsPerSecond: 1e7, uplinkBitsPerSecond: 1e7, roundTripSeconds: 0.0625 };
    const probabilities = new Float32Array(1);
    forecastColumns({
      stepModel: findStepModel("roofline"),
      devices: [{ device }],
      candidates: {
        deviceIndices: Uint16Array.of(0),
        exampleCounts: Uint32Array.of(5000),
        downlinkBitsPerSecond: Float32Array.of(1e7),
        uplinkBitsPerSecond: Float32Array.of(1e7),
        roundTripSeconds: Float32Array.of(0.0625),
        transferLogSigmas: Float32Array.of(0),
      },
      workload,
      deadlineSeconds: 2,
      probabilities,
    });
    const slo = { deadlineSeconds: 2, minimumProbability: 0.8 };
    const candidate: Candidate = { clientId: "a", device, link, exampleCount: 5000 };
    const { deadlineProbability } = findLatencyModel("roofline").forecast(candidate, workload, slo);
    expect(probabilities[0]).toBeCloseTo(deadlineProbability, 4);
    expect(deadlineProbability).toBeGreaterThan(0.1);
    expect(deadlineProbability).toBeLessThan(0.9);
  });

  it("counts a network that is described as plain data", () => {
    // One dense layer of 3 to 2: 6 multiply-adds, 8 weights of 4 bytes.
    const description: LayersModelDescription = {
      modelName: "tiny",
      inputShapes: [[3]],
      parameterCount: 8,
      calls: [
        {
          className: "Dense",
          name: "output",
          config: { units: 2, activation: "softmax" },
          inputShapes: [[3]],
          outputShapes: [[2]],
          parameterCount: 8,
          trainableParameterCount: 8,
          isFirstCall: true,
          isModelOutput: true,
          inner: [],
        },
      ],
    };
    const training = { epochs: 1, batchSize: 32, learningRate: 0.05, momentum: 0 };
    expect(layersModelCost(description)).toMatchObject({ denseMultiplyAdds: 6, parameterCount: 8, notes: [] });
    expect(layersModelWorkload({ description, training }).downloadBytes).toBe(32);
  });

  it("renders a run's report and throws errors with a code", () => {
    expect(renderRunReport(sampleJournal())).toMatch(/^<!doctype html>/);
    expect(() => findArchitecture("no-such-model")).toThrowError(ProbSelectError);
  });
});
