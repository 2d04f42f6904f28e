import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { rooflineStep } from "../../../selection/latency/roofline/roofline-step.ts";
import { stackOf } from "../../../selection/latency/software-stack.ts";
import { lenet5, workload } from "./calibrated/support.ts";

describe("the software that trains", () => {
  it.each([
    ["tensorflow-cuda", "tensorflow"],
    ["TensorFlow", "tensorflow"],
    ["pytorch", "pytorch"],
    [undefined, "pytorch"],
    ["webgpu", "pytorch"],
  ])("%s has the speed of %s", (backend, stack) => {
    expect(stackOf(backend).stack).toBe(stack);
  });

  it("gets no narrower a law for being one that nobody measured", () => {
    for (const name of ["Tesla T4", "AMD Radeon RX 7900 XTX", "Frobnicator 9000"]) {
      const device = resolveDevice({ kind: "gpu", name });
      const lawsOf = (backend: string) =>
        rooflineStep("normal-utilisation")(device, backend, workload(lenet5, 32)).components.map(({ law }) => law);
      expect(lawsOf("webgpu")).toEqual(lawsOf("tensorflow-cuda"));
    }
    expect(stackOf("webgpu").reason).toMatch(/not measured on any GPU, so PyTorch's speed is assumed/);
  });
});
