import { describe, expect, it } from "vitest";
import { logisticRegression, mlp, resnet20 } from "../../../models/zoo.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { client, decide, estimateOf, gpu, job, processor } from "./support.ts";

describe("the first choice of a back-end", () => {
  it("sends a small perceptron to the processor, where a GPU would wait for its launches", () => {
    const decision = decide(job(mlp));
    expect(decision).toMatchObject({ clientId: "a", backend: "wasm", reasonCode: "in-time" });
    expect(decision.from).toBeUndefined();
    expect(decision.reason).toMatch(
      /^wasm: the fastest that keeps the objective \(tensorflow-cuda \d+ ms, in time with .+; wasm \d+ ms, /,
    );
  });

  it("sends a convolutional network to the GPU", () => {
    expect(decide(job(resnet20))).toMatchObject({ backend: "tensorflow-cuda", reasonCode: "in-time" });
  });

  it("is the latency model's forecast for each back-end on its own device", () => {
    const question = job(resnet20);
    const decision = decide(question);
    for (const option of [gpu, processor]) {
      const forecast = question.latencyModel.forecast({ ...client, ...option }, question.workload, question.slo);
      expect(estimateOf(decision, option.backend)).toMatchObject({
        expectedSeconds: forecast.atMeanUtilisation.totalSeconds,
        secondsPerStep: forecast.atMeanUtilisation.computeSeconds / 100,
        deadlineProbability: forecast.deadlineProbability,
      });
    }
  });

  it("prefers one that keeps the objective to a faster one that does not, because less is known of it", () => {
    const nobodyKnows = { backend: "webgpu", device: resolveDevice({ kind: "gpu", name: "Frobnicator 9000" }) };
    const choices = { options: [nobodyKnows, processor], ratios: new Map([["wasm", 3.7]]) };
    const decision = decide(job(mlp, { deadlineSeconds: 1.55 }), choices);
    const [webgpu, wasm] = [estimateOf(decision, "webgpu"), estimateOf(decision, "wasm")];
    expect(webgpu.expectedSeconds).toBeLessThan(wasm.expectedSeconds);
    expect(webgpu.deadlineProbability).toBeLessThan(0.8);
    expect(wasm.deadlineProbability).toBeGreaterThanOrEqual(0.8);
    expect(decision).toMatchObject({ backend: "wasm", reasonCode: "in-time" });
  });

  it("takes the likeliest where none keeps the objective", () => {
    const decision = decide(job(resnet20, { deadlineSeconds: 3.9, minimumProbability: 0.9 }));
    expect(decision).toMatchObject({ backend: "tensorflow-cuda", reasonCode: "likeliest" });
  });

  it("takes the client's preference between two that are equal", () => {
    const twin = { ...processor, backend: "wasm-2" };
    expect(decide(job(mlp), { options: [twin, processor] }).backend).toBe("wasm-2");
  });

  it("leaves out one whose memory does not suffice as long as another's does", () => {
    const small = { ...processor, device: { ...processor.device, device: { ...gpuRow(processor), memoryBytes: 1e6 } } };
    const decision = decide(job(mlp), { options: [gpu, small as typeof processor] });
    expect(decision.backend).toBe("tensorflow-cuda");
    expect(decision.reason).toMatch(/wasm .*, needs more than the device has/);
  });

  it("leaves out one that the client could not start, and says why", () => {
    const broken = new Map([["wasm", "It has no SIMD."]]);
    const decision = decide(job(mlp), { broken });
    expect(decision).toMatchObject({ backend: "tensorflow-cuda", reasonCode: "only-usable" });
    expect(decision.reason).toContain("wasm cannot be used: It has no SIMD");
  });

  it("stands by the client's preference where nothing can be forecast", () => {
    const broken = new Map([
      ["wasm", "no"],
      ["tensorflow-cuda", "no"],
    ]);
    expect(decide(job(mlp), { broken })).toMatchObject({ backend: "tensorflow-cuda", reasonCode: "preferred" });
  });
});

describe("a back-end in work", () => {
  it("stays while it is the best", () => {
    expect(decide(job(mlp), { current: "wasm" })).toMatchObject({ backend: "wasm", reasonCode: "still-best" });
  });

  it("stays while another is better by less than the hysteresis", () => {
    const { secondsPerStep: fast } = estimateOf(decide(job(mlp)), "wasm");
    const { secondsPerStep: slow } = estimateOf(decide(job(mlp)), "tensorflow-cuda");
    // 10 % slower than the GPU: 1.1 < 1.2.
    const ratios = new Map([["wasm", (1.1 * slow) / fast]]);
    expect(decide(job(mlp), { current: "wasm", ratios })).toMatchObject({
      backend: "wasm",
      reasonCode: "within-hysteresis",
    });
  });

  it("gives way to one that is better by more, and the reason says from what", () => {
    const { secondsPerStep: fast } = estimateOf(decide(job(mlp)), "wasm");
    const { secondsPerStep: slow } = estimateOf(decide(job(mlp)), "tensorflow-cuda");
    const ratios = new Map([["wasm", (1.4 * slow) / fast]]);
    const decision = decide(job(mlp), { current: "wasm", ratios });
    expect(decision).toMatchObject({ backend: "tensorflow-cuda", from: "wasm", reasonCode: "moved-for-speed" });
    expect(decision.reason).toMatch(/^tensorflow-cuda instead of wasm: .*measured at \d\.\d\d times its forecast/);
  });

  it("gives way to one that keeps the objective when it does not itself", () => {
    const deadlineSeconds = 20;
    const decision = decide(job(resnet20, { deadlineSeconds }), { current: "wasm" });
    expect(estimateOf(decision, "wasm").deadlineProbability).toBeLessThan(0.8);
    expect(decision).toMatchObject({ backend: "tensorflow-cuda", from: "wasm", reasonCode: "moved-for-deadline" });
  });

  it("stays within the window of its last move, however much better another is", () => {
    const choices = { current: "wasm", isInWindow: true };
    expect(decide(job(resnet20, { deadlineSeconds: 20 }), choices)).toMatchObject({
      backend: "wasm",
      reasonCode: "within-window",
    });
  });

  it("is left within the window too when the client cannot start it", () => {
    const broken = new Map([["wasm", "It crashed."]]);
    expect(decide(job(mlp), { current: "wasm", isInWindow: true, broken })).toMatchObject({
      backend: "tensorflow-cuda",
      from: "wasm",
      reasonCode: "moved-from-unusable",
    });
  });

  it("is no worse in time for a longer deadline: a training measured as slower is forecast as slower", () => {
    for (const ratio of [0.5, 1, 2, 4]) {
      const ratios = new Map([["wasm", ratio]]);
      const probabilities = [0.3, 0.5, 1, 2].map(
        (deadlineSeconds) =>
          estimateOf(decide(job(logisticRegression, { deadlineSeconds }), { ratios }), "wasm").deadlineProbability,
      );
      expect(probabilities).toEqual([...probabilities].sort((one, other) => one - other));
    }
  });
});

function gpuRow({ device }: typeof processor) {
  if (device.kind !== "known") throw new Error("not known");
  return device.device;
}
