import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { findLatencyModel, findStepModel } from "../../../selection/latency/find-latency-model.ts";
import { policyAdaptsWork } from "../../../selection/policies/find-policy.ts";
import { reforecastWith } from "../../../selection/policy/reforecast.ts";
import { tableOfCandidates } from "../../../selection/policy/table-of-candidates.ts";
import { tableOfColumns } from "../../../selection/policy/table-of-columns.ts";
import { lenetWorkload } from "../support.ts";

const slo = { deadlineSeconds: 5, minimumProbability: 0.8 };
const workload = { ...lenetWorkload, epochs: 50 };
const devices = ["Jetson TX2", "Tesla T4"].map((name) => ({
  device: resolveDevice({ kind: "gpu", name }),
  backend: "pytorch",
}));
const columns = tableOfColumns({
  stepModel: findStepModel("roofline"),
  devices,
  candidates: {
    deviceIndices: Uint16Array.of(0, 1, 0, 1),
    exampleCounts: Uint32Array.of(20, 5000, 60_000, 60_000),
    downlinkBitsPerSecond: Float32Array.of(2e7, 2e7, 1e6, 4e5),
    uplinkBitsPerSecond: Float32Array.of(1e7, 1e7, 2e6, 4e5),
    roundTripSeconds: Float32Array.of(0.03, 0.03, 0.1, 0.1),
    transferLogSigmas: Float32Array.of(0.3, 0, 0.3, 0.3),
  },
  workload,
  slo,
});
const model = findLatencyModel("roofline");
const objects = tableOfCandidates(
  [0, 1, 2, 3].map((index) => {
    const { candidate } = columns.candidateAt(index);
    return { candidate, forecast: model.forecast(candidate, workload, slo) };
  }),
  { slo, training: { epochs: 50, batchSize: 32 }, reforecast: reforecastWith(model, workload, slo) },
);

describe("a table of columns", () => {
  const close = (values: Iterable<number>) => [...values].map((value) => expect.closeTo(value, 3));

  it("says of a fleet what the table of the same candidates says", () => {
    expect([...columns.probabilities]).toEqual(close(objects.probabilities));
    expect([...columns.probabilitiesBy(3)]).toEqual(close(objects.probabilitiesBy(3)));
    expect([...columns.leastWorkProbabilities(5)]).toEqual(close(objects.leastWorkProbabilities(5)));
    expect(columns.impossibilities).toEqual(objects.impossibilities);
    expect([...columns.times().computeSeconds]).toEqual(close(objects.times().computeSeconds));
  });

  it("asks for the same less work", () => {
    for (const reduces of ["examples", "epochs"] as const) {
      for (const index of [0, 1, 2, 3]) {
        const request = { deadlineSeconds: 5, minimumProbability: 0.9, reduces };
        expect(columns.adaptedWork(index, request).work).toEqual(objects.adaptedWork(index, request).work);
      }
    }
  });
});

describe("whether a policy adapts work", () => {
  it.each([
    ["quorum", {}, true],
    ["quorum", { adaptiveWork: "epochs" }, true],
    ["quorum", { adaptiveWork: "off" }, false],
    ["probselect", {}, false],
  ])("of %s with %j is %s", (name, settings, adapts) => {
    expect(policyAdaptsWork(name, settings)).toBe(adapts);
  });
});
