import { describe, expect, it } from "vitest";
import { rememberForecasts } from "../../../../experiments/simulation/learning/remembered-forecasts.ts";
import { rooflineModel } from "../../../../selection/index.ts";
import type { Candidate, LatencyModel } from "../../../../selection/types.ts";
import { lenetWorkload as workload } from "../../../selection/support.ts";
import { fleetDevice } from "../support.ts";

const slo = { deadlineSeconds: 10, minimumProbability: 0.8 };
const candidate: Candidate = {
  clientId: "client-0",
  ...fleetDevice("A100 PCIe 40 GB"),
  link: { downlinkBitsPerSecond: 8e6, uplinkBitsPerSecond: 8e6, roundTripSeconds: 0 },
  exampleCount: 100,
};

function counted() {
  let calls = 0;
  const model: LatencyModel = {
    name: "roofline",
    forecast: (...given) => {
      calls += 1;
      return rooflineModel.forecast(...given);
    },
  };
  return { model: rememberForecasts(model, { workload, slo }), calls: () => calls };
}

describe("a latency model that remembers", () => {
  it("forecasts a candidate once, and gives what the model gives", () => {
    const { model, calls } = counted();
    const first = model.forecast(candidate, workload, slo);
    expect(first).toEqual(rooflineModel.forecast(candidate, workload, slo));
    expect(model.forecast(candidate, workload, slo)).toBe(first);
    expect(calls()).toBe(1);
  });

  it("forecasts another candidate, another deadline and less work anew, and forgets nothing by it", () => {
    const { model } = counted();
    const first = model.forecast(candidate, workload, slo);
    const long = { ...slo, deadlineSeconds: 20 };
    expect(model.forecast(candidate, workload, long)).toEqual(rooflineModel.forecast(candidate, workload, long));
    const twice = { ...workload, epochs: 2 };
    expect(model.forecast(candidate, twice, slo)).toEqual(rooflineModel.forecast(candidate, twice, slo));
    const other = { ...candidate, exampleCount: 50 };
    expect(model.forecast(other, workload, slo)).toEqual(rooflineModel.forecast(other, workload, slo));
    expect(model.forecast(candidate, workload, slo)).toBe(first);
  });
});
