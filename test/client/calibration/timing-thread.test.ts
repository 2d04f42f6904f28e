import { afterAll, describe, expect, it } from "vitest";
import { probeNetworks } from "../../../client/calibration/probe-networks.ts";
import { TimingThread } from "../../../client/calibration/timing-thread.ts";
import { architectureSchema } from "../../../models/architecture.ts";
import { parameterFileByteLength, parameterLayout } from "../../../models/parameter-file.ts";

const [step] = probeNetworks as [(typeof probeNetworks)[number]];
const thread = TimingThread.start("wasm");
afterAll(async () => (await thread).close());

describe("TimingThread", () => {
  it("names its back-end and the version that runs it", async () => {
    expect((await thread).ready).toMatchObject({
      backend: { name: "wasm", usesGpu: false },
      tensorflowVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
  });

  it("times as many steps as it is asked for, each longer than nothing", async () => {
    const seconds = await (await thread).time({ architecture: step, batchSize: 4, steps: 5 });
    expect(seconds).toHaveLength(5);
    expect(Math.min(...seconds)).toBeGreaterThan(0);
  });

  it("tells of a burst how long it took from an idle device to the last loss, and to the parameters", async () => {
    const burst = await (await thread).burst({ architecture: step, batchSize: 4, steps: 5 });
    expect(burst.stepCount).toBe(6);
    expect(burst.wholeSeconds).toBeGreaterThan(burst.stepSeconds.reduce((sum, seconds) => sum + seconds, 0));
    expect(burst.readSeconds).toBeGreaterThan(0);
    expect(burst.memory).toMatchObject({ gpuBytes: null });
    // 7850 parameters of 4 bytes.
    expect(burst.memory.tensorBytes).toBeGreaterThanOrEqual(4 * 7850);
  });

  it("trains one step alone where none is to be timed", async () => {
    const burst = await (await thread).burst({ architecture: step, batchSize: 4, steps: 0 });
    expect(burst).toMatchObject({ stepSeconds: [], stepCount: 1 });
  });

  it("times more steps than it has examples for", async () => {
    const seconds = await (await thread).time({ architecture: step, batchSize: 700, steps: 3 });
    expect(seconds).toHaveLength(3);
  });

  it("times a parameter file there and back", async () => {
    const times = await (await thread).serialise({ architecture: step, repeats: 3 });
    expect(times.fileBytes).toBe(parameterFileByteLength(parameterLayout(step)));
    expect(Math.min(times.encodeSeconds, times.decodeSeconds)).toBeGreaterThan(0);
  });

  it("is a process of its own if asked for, and ends while it starts", async () => {
    const inProcess = await TimingThread.start("wasm", { kind: "process" });
    expect(await inProcess.time({ architecture: step, batchSize: 2, steps: 1 })).toHaveLength(1);
    await inProcess.close();
    const starting = TimingThread.start("wasm", { kind: "process", signal: AbortSignal.abort() });
    await expect(starting).rejects.toMatchObject({ code: "client.worker-crashed" });
  });

  it.each(probeNetworks.map((network) => [network.name, network] as const))("trains %s", async (_name, network) => {
    expect(await (await thread).time({ architecture: network, batchSize: 2, steps: 1 })).toHaveLength(1);
  });

  it("hands on why a network cannot be trained, and goes on with the next", async () => {
    const [flatten] = step.layers;
    const ending = { kind: "dense", name: "end", units: 10, activation: "relu" };
    const headless = architectureSchema.parse({ ...step, layers: [flatten, ending] });
    await expect((await thread).time({ architecture: headless, batchSize: 2, steps: 1 })).rejects.toMatchObject({
      code: "models.invalid-architecture",
    });
    expect(await (await thread).time({ architecture: step, batchSize: 2, steps: 1 })).toHaveLength(1);
  });

  it("refuses a back-end that cannot be used", async () => {
    await expect(TimingThread.start("tensorflow-cuda")).rejects.toMatchObject({ code: "models.no-usable-backend" });
  });

  it("rejects what is waited for when it is closed, and everything after", async () => {
    const closing = await TimingThread.start("wasm");
    const endless = closing.time({ architecture: step, batchSize: 2, steps: 1_000_000 });
    const outcome = expect(endless).rejects.toMatchObject({ code: "client.worker-crashed" });
    await closing.close();
    await outcome;
    await expect(closing.time({ architecture: step, batchSize: 2, steps: 1 })).rejects.toMatchObject({
      code: "client.worker-crashed",
    });
  });
});
