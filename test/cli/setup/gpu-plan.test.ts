import { describe, expect, it } from "vitest";
import { type GpuSituation, gpuPlan } from "../../../cli/setup/gpu-plan.ts";

const absent = { usable: false, reason: "not installed", isInstalled: false };
const machine: GpuSituation = {
  platform: "linux",
  architecture: "x64",
  gpus: ["NVIDIA GeForce RTX 3080"],
  webgpu: absent,
  cuda: absent,
};
const states = (situation: GpuSituation) => gpuPlan(situation).map(({ title, state }) => `${title}: ${state}`);

describe("what a machine's GPU needs", () => {
  it("is nothing where there is none", () => {
    expect(gpuPlan({ ...machine, gpus: [] })).toEqual([]);
  });

  it("is WebGPU's two packages in the versions that were tried; CUDA is the operator's choice", () => {
    const [webgpu, cuda] = gpuPlan(machine);
    expect(webgpu).toMatchObject({
      state: "missing",
      packages: ["webgpu@0.6.2", "@tensorflow/tfjs-backend-webgpu@4.22.0"],
    });
    expect(cuda).toMatchObject({
      state: "optional",
      packages: [],
      commands: ["npm install @tensorflow/tfjs-node-gpu@4.22.0"],
    });
  });

  it("is a driver for Vulkan, each maker's own, where WebGPU is there and finds no GPU under Linux", () => {
    const blind = { ...absent, isInstalled: true };
    const [, nvidia] = gpuPlan({ ...machine, webgpu: blind });
    expect(nvidia?.commands.join()).toContain("NVIDIA_DRIVER_CAPABILITIES=all");
    const [, amd] = gpuPlan({ ...machine, gpus: ["AMD Radeon RX 6800"], webgpu: blind });
    expect(amd?.commands.join()).toContain("mesa-vulkan-drivers");
    expect(states({ ...machine, platform: "win32", webgpu: blind })[0]).toContain("there");
  });

  it("is no more once WebGPU trains", () => {
    const works = { usable: true, reason: "WebGPU: RTX 3080", isInstalled: true };
    expect(states({ ...machine, webgpu: works })).toEqual([
      "WebGPU, for GPUs of any maker: there",
      "TensorFlow with CUDA: optional",
    ]);
  });

  it.each([
    ["linux", "arm64", "NVIDIA Jetson Orin Nano", "missing", "impossible"],
    ["darwin", "arm64", "Apple M2", "missing", "impossible"],
    ["linux", "ia32", "NVIDIA GeForce GTX 1060", "impossible", "impossible"],
  ])("on %s %s with %s: WebGPU is %s, CUDA %s", (platform, architecture, gpu, webgpu, cuda) => {
    const plan = gpuPlan({ ...machine, platform, architecture, gpus: [gpu] });
    expect(plan.map(({ state }) => state)).toEqual([webgpu, cuda]);
  });
});
