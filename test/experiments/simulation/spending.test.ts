import { describe, expect, it } from "vitest";
import { addSpending, spendingOf, zeroSpending } from "../../../experiments/simulation/spending.ts";

const duration = { downloadSeconds: 1, computeSeconds: 10, uploadSeconds: 2 };
const costs = { flop: 1e12, watts: 250, workload: { downloadBytes: 1000, uploadBytes: 3000 } };
const done = { computeSeconds: 10, downloadShare: 1, uploadShare: 1, duration };

describe("what a client spent", () => {
  it("is all of its work, if it was through", () => {
    // 250 W for 10 s; 1000 bytes down and 3000 up.
    expect(spendingOf(done, costs)).toEqual({ deviceSeconds: 10, flop: 1e12, joules: 2500, bytes: 4000 });
  });

  it("is the part that it had done, if it was cut off", () => {
    const atTraining = { ...done, computeSeconds: 4, uploadShare: 0 };
    expect(spendingOf(atTraining, costs)).toEqual({ deviceSeconds: 4, flop: 0.4e12, joules: 1000, bytes: 1000 });
    const atDownload = { ...done, computeSeconds: 0, downloadShare: 0.25, uploadShare: 0 };
    expect(spendingOf(atDownload, costs)).toEqual({ deviceSeconds: 0, flop: 0, joules: 0, bytes: 250 });
  });

  it("of a training that takes no time is all of it once the model is there", () => {
    const instant = { ...done, computeSeconds: 0, duration: { ...duration, computeSeconds: 0 } };
    expect(spendingOf(instant, costs).flop).toBe(1e12);
    expect(spendingOf({ ...instant, downloadShare: 0.5, uploadShare: 0 }, costs).flop).toBe(0);
  });

  it("of a device of unknown power has no energy", () => {
    expect(spendingOf(done, { ...costs, watts: 0 }).joules).toBe(0);
  });

  it("adds up by unit", () => {
    const sum = zeroSpending();
    addSpending(sum, { deviceSeconds: 1, flop: 2, joules: 3, bytes: 4 });
    addSpending(sum, { deviceSeconds: 10, flop: 20, joules: 30, bytes: 40 });
    expect(sum).toEqual({ deviceSeconds: 11, flop: 22, joules: 33, bytes: 44 });
  });
});
