import { afterAll, describe, expect, it } from "vitest";
import { probeNetworks } from "../../../client/calibration/probe-networks.ts";
import { TimingThread } from "../../../client/calibration/timing-thread.ts";
import { architectureSchema } from "../../../models/architecture.ts";

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
