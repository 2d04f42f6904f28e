// What an agent reports of a machine with a GPU. The driver's tool is a program that repeats a recorded answer of the real one; all else is
// this machine's own.

import { chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeThisDevice } from "../../../cli/client/describe-this-device.ts";
import type { BackendReport } from "../../../models/tensorflow/backend.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const recorded = fileURLToPath(new URL("../../client/detection/recorded/nvidia-smi-report", import.meta.url));
const onGpu: BackendReport = { name: "tensorflow-cuda", usable: true, usesGpu: true, reason: "TensorFlow with CUDA" };
const onProcessor: BackendReport = { name: "wasm", usable: true, usesGpu: false, reason: "WebAssembly" };

const path = process.env.PATH;
const folder = temporaryFolder();

/** As a driver that refuses the whole query for a field that it does not know, and answers `-q`. */
async function installDriver(recording: string): Promise<void> {
  const program = join(folder.path, "nvidia-smi");
  const lines = [
    "#!/bin/sh",
    `if [ "$1" = -q ]; then cat "${join(recorded, recording)}"; exit; fi`,
    `echo 'Field "power.limit" is not a valid field to query.'; exit 2`,
  ];
  await writeFile(program, lines.join("\n"));
  await chmod(program, 0o755);
}

describe.skipIf(process.platform === "win32")("describeThisDevice, on a machine with an RTX 4080 SUPER", () => {
  beforeEach(async () => {
    process.env.PATH = `${folder.path}${delimiter}${path}`;
    await installDriver("rtx-4080-super.txt");
  });
  afterEach(() => {
    process.env.PATH = path;
  });

  it("reports the GPU as its driver names it, where the back-end trains on it", async () => {
    const { report, why, warnings } = await describeThisDevice({}, { figures: {}, backend: onGpu, others: "none" });
    expect(report).toMatchObject({ kind: "gpu", name: "NVIDIA GeForce RTX 4080 SUPER", memoryBytes: 16376 * 2 ** 20 });
    expect(why).toBe("GPU 0, as nvidia-smi names it");
    expect(warnings).toEqual([]);
  });

  it("reports the processor where the back-end trains there, and says that the GPU lies idle", async () => {
    const { report, why } = await describeThisDevice({}, { figures: {}, backend: onProcessor, others: "none" });
    expect(report.kind).toBe("cpu");
    expect(why).toContain('The GPU "NVIDIA GeForce RTX 4080 SUPER" is not used: this back-end cannot.');
  });

  it("offers what else trains here, each with the device that it trains on", async () => {
    const using = { figures: {}, backend: onGpu, others: ["wasm"] } as const;
    const { others, warnings } = await describeThisDevice({}, using);
    expect(others).toMatchObject([{ backend: "wasm", device: { kind: "cpu" } }]);
    expect(warnings).toEqual([]);
  });

  it("takes figures given by hand for the GPU, not for the processor that is offered beside it", async () => {
    const figures = { fp32PeakFlopPerSecond: 1e15 };
    const { report, why, others } = await describeThisDevice({}, { figures, backend: onGpu, others: ["wasm"] });
    expect(report.fp32PeakFlopPerSecond).toBe(1e15);
    expect(why).toBe("GPU 0, as nvidia-smi names it, with figures given by hand");
    expect(others[0]?.device.fp32PeakFlopPerSecond).toBeLessThan(1e15);
  });

  it("says why a back-end that was asked for is not offered", async () => {
    const using = { figures: {}, backend: onProcessor, others: ["tensorflow-cuda"] } as const;
    const { others, warnings } = await describeThisDevice({}, using);
    expect([others, warnings]).toEqual([
      [],
      [expect.stringMatching(/^the back-end tensorflow-cuda is not offered: it is not installed/)],
    ]);
  });

  it("offers no processor beside a GPU that is only said to be there, and says so", async () => {
    const using = { figures: {}, backend: onProcessor, others: ["cpu"] } as const;
    const { report, others, warnings } = await describeThisDevice({ device: "RTX 4090" }, using);
    expect([report.name, others]).toEqual(["RTX 4090", []]);
    expect(warnings).toEqual([
      expect.stringContaining("trains on the processor: this client will be forecast as that GPU and be slower."),
      expect.stringMatching(/^Only "wasm" is offered to the aggregator/),
    ]);
  });

  it("refuses the index of a GPU that is not there", async () => {
    const asked = describeThisDevice({ gpuIndex: 1 }, { figures: {}, backend: onGpu, others: "none" });
    await expect(asked).rejects.toThrow(
      "There is no GPU 1; found 1. Choose another with --gpu-index, or name it with --gpu.",
    );
  });
});
