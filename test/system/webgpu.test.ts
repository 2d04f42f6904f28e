// WebGPU on Mesa's software driver for Vulkan: the same Dawn, shaders and code of ours as on a GPU. Needs the packages and the driver
// that scripts/install-software-vulkan.sh brings.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { benchResultSchema } from "../../cli/bench-device/bench-result.ts";
import { probeBackend } from "../../client/backends/probe-backends.ts";
import type { WorkerTrainer } from "../../client/training/worker-trainer.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { runCli } from "../cli/run-cli.ts";
import {
  noiseOf,
  usualSettings as settings,
  startTrainer,
  threeSteps,
  trainOnBoth,
} from "../models/tensorflow/train-on-both.ts";
import { images, zooCases } from "../models/tensorflow/zoo-cases.ts";
import { childrenOf, isAlive } from "../support/processes.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";

const never = new AbortController().signal;
const webGpuCases = zooCases.map(({ webGpuTolerance, ...each }) => {
  return { ...each, tolerance: webGpuTolerance ?? each.tolerance };
});
let folder = "";
let trainer: WorkerTrainer | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "probselect-webgpu-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await trainer?.close();
  trainer = undefined;
  await killSpawned();
});

async function start(datasetName: string): Promise<WorkerTrainer> {
  trainer = await startTrainer("webgpu-software", datasetName);
  return trainer;
}

describe("WebGPU on a software driver for Vulkan", () => {
  it("is found, says what it is, and is not taken for a GPU", async () => {
    const software = await probeBackend("webgpu-software");
    expect(software).toMatchObject({ usable: true, usesGpu: false, adapter: { isFallbackAdapter: true } });
    const real = await probeBackend("webgpu");
    expect(real).toMatchObject({ usable: false, reason: expect.stringMatching(/only adapter is software \(llvmpipe/) });
  });

  it.each(webGpuCases)(
    "trains $name as wasm does: three steps, loss and each parameter to $tolerance",
    async (each) => {
      const { wasm, other: gpu, worst } = await threeSteps("webgpu-software", folder, each);
      expect(gpu.stepCount).toBe(3);
      expect(Math.abs(gpu.trainingLoss - wasm.trainingLoss)).toBeLessThan(each.tolerance);
      expect(worst).toBeLessThan(each.tolerance);
    },
  );

  it.each(["lenet5", "cnn-small"])(
    "trains %s right on digits: the loss of forty steps is wasm's to 1e-3",
    async (name) => {
      const changes = { batchSize: 16, epochs: 2, learningRate: 0.05, maximumExamples: 320 };
      const { wasm, other: gpu } = await trainOnBoth("webgpu-software", name, "mnist", changes);
      expect(gpu.stepCount).toBe(40);
      expect(gpu.trainingLoss).toBeLessThan(2);
      expect(Math.abs(gpu.trainingLoss - wasm.trainingLoss)).toBeLessThan(1e-3);
    },
  );

  it("stops between two steps and takes the next task", async () => {
    const worker = await start(await noiseOf(folder, [12, 12, 3], 12));
    const architecture = findArchitecture("mlp", images(12));
    const task = () => ({ architecture, parameters: initialParameters(architecture, 1), seed: 7 });
    const abort = new AbortController();
    const long = { ...settings, epochs: 100_000 };
    const stopped = worker.train(
      { ...task(), settings: long },
      { signal: abort.signal, onProgress: () => abort.abort() },
    );
    await expect(stopped).rejects.toMatchObject({ code: "models.training-aborted" });
    await expect(worker.train({ ...task(), settings }, { signal: never })).resolves.toMatchObject({ stepCount: 3 });
  });

  it("refuses what the GPU could not compute, instead of training on zeros", async () => {
    // A dense layer of 160 MB: more than the driver binds to a shader.
    const worker = await start(await noiseOf(folder, [200], 4));
    const architecture = {
      name: "wide",
      inputShape: [200],
      layers: [
        { kind: "dense", name: "wide", units: 200_000, activation: "relu", useBias: true },
        { kind: "dense", name: "output", units: 10, activation: "softmax", useBias: true },
      ],
    } as const;
    const network = { ...architecture, inputShape: [...architecture.inputShape], layers: [...architecture.layers] };
    const task = { architecture: network, parameters: initialParameters(network, 1), seed: 7, settings };
    await expect(worker.train(task, { signal: never })).rejects.toMatchObject({ code: "models.device-failed" });
  });
});

describe("bench-device on WebGPU", () => {
  it("measures training and writes a calibration of the back-end", async () => {
    const out = join(folder, "bench");
    const quick = ["--quick", "--models", "mlp", "--batch-sizes", "16", "--longest-step-seconds", "30"];
    const { code, stdout } = await runCli(
      "bench-device",
      "--backend",
      "webgpu-software",
      ...quick,
      "--out",
      out,
      "--json",
    );
    expect(code).toBe(0);
    expect(stdout).not.toBe("");
    const result = benchResultSchema.parse(JSON.parse(await readFile(join(out, "bench-device.json"), "utf8")));
    expect(result.backends.map(({ name }) => name)).toEqual(["webgpu-software"]);
    const files = (await readdir(out)).filter((name) => name.startsWith("calibration-webgpu-software"));
    expect(files).toHaveLength(1);
  });
});

describe("an agent on WebGPU", () => {
  it("that offers wasm too is moved there: on the processor it is the faster", async () => {
    const run = ["--port", "0", "--minimum-clients", "1", "--out", join(folder, "moved"), "--model", "mlp"];
    const server = spawnCli("server", ...run, "--rounds", "1", "--deadline-seconds", "300", "--json");
    const [, url = ""] = await server.saying(/Listening on (\S+);/);
    const offered = ["--backend", "webgpu-software,wasm", "--maximum-examples", "64"];
    const agent = spawnCli("client", "--server", url, "--id", "a", ...offered);
    expect((await server.exit).code).toBe(0);
    expect((await agent.exit).code).toBe(0);
    expect(agent.stderr()).toContain("The training moves from webgpu-software to wasm, as the aggregator asks.");
  });

  it("says what trains, does its part in a round, and leaves no process behind", async () => {
    const server = spawnCli(
      ...[
        "server",
        "--port",
        "0",
        "--minimum-clients",
        "1",
        "--out",
        join(folder, "run"),
        "--json",
        "--model",
        "lenet5",
      ],
      ...["--rounds", "1", "--deadline-seconds", "300", "--policy", "all"],
    );
    const [, url = ""] = await server.saying(/Listening on (\S+);/);
    const agent = spawnCli(
      "client",
      "--server",
      url,
      "--backend",
      "webgpu-software",
      "--maximum-examples",
      "64",
      "--json",
    );
    await agent.saying(/back-end webgpu-software: asked for/);
    const children = childrenOf(agent.process.pid);
    expect(children.length).toBeGreaterThan(0);
    expect((await server.exit).code).toBe(0);
    expect((await agent.exit).code).toBe(0);
    expect(JSON.parse(agent.stdout().trim())).toMatchObject({ committedTasks: 1 });
    expect(children.filter(isAlive)).toEqual([]);
  });
});
