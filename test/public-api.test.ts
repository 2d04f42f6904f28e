// What `import ... from "probselect"` gives, used as a program would use it.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../foundation/random-source.ts";
import {
  type Candidate,
  createPolicy,
  findArchitecture,
  ProbSelectError,
  renderRunReport,
  resolveDevice,
  rooflineModel,
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
    const [decision] = createPolicy("probselect", { random: seededRandom(1) }).select({
      round: 1,
      slo,
      candidates: [{ candidate, forecast }],
    });
    expect(forecast.deadlineProbability).toBeGreaterThan(0.8);
    expect(decision).toMatchObject({ clientId: "a", selected: true });
  });

  it("renders a run's report and throws errors with a code", () => {
    expect(renderRunReport(sampleJournal())).toMatch(/^<!doctype html>/);
    expect(() => findArchitecture("no-such-model")).toThrowError(ProbSelectError);
  });
});
