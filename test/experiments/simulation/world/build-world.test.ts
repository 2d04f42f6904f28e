import { median } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { findMeasuredWorkload } from "../../../../experiments/measured/measured-workloads.ts";
import { buildWorld } from "../../../../experiments/simulation/world/build-world.ts";
import { findStepModel } from "../../../../selection/latency/find-latency-model.ts";
import { requiredMemoryBytes } from "../../../../selection/latency/memory-need.ts";
import { spreadOf } from "../../../../selection/probability/compute-law.ts";
import { errorWith, worldOf } from "../support.ts";

const MEASURED = "pytorch/resnet18/fp32/12";
const measuredFleet = { size: 300, population: "measured-desktop", examples: { least: 100, most: 2000 } };
const build = (changes: Record<string, unknown> = {}, seed = 1) => buildWorld(worldOf(changes), seed, undefined);

describe("a world of a network", () => {
  it("has a modelled truth, the roofline's forecast and its network's work", async () => {
    const { fleet, truth, stepModel, workload, slo } = await build({
      workload: { model: "resnet18", precision: "fp16" },
      training: { epochs: 3, batchSize: 8 },
      forecast: { law: "log-normal" },
    });
    expect(truth.level).toBe("L1");
    expect(workload).toMatchObject({ precision: "fp16", epochs: 3, batchSize: 8 });
    expect(workload.downloadBytes).toBeGreaterThan(4 * workload.model.parameterCount);
    const { device, backend } = fleet.devices[0] as (typeof fleet.devices)[number];
    expect(stepModel(device, backend, workload)).toEqual(
      findStepModel("roofline", { lawKind: "log-normal" })(device, backend, workload),
    );
    expect(slo.minimumProbability).toBe(0.8);
    expect(slo.deadlineSeconds).toBeGreaterThan(0);
  });

  it("has the deadline at its quantile of the clients' true times", async () => {
    const { fleet, truth, workload, slo } = await build({ fleet: { size: 400, population: "desktop", examples: 500 } });
    const work = { exampleCount: 500, epochs: workload.epochs };
    const medians = Array.from({ length: fleet.size }, (_, client) =>
      median(
        Array.from({ length: 11 }, (_, round) => {
          const { downloadSeconds, computeSeconds, uploadSeconds } = truth.durationOf(client, round + 1, work);
          return downloadSeconds + computeSeconds + uploadSeconds;
        }),
      ),
    );
    expect(medians.filter((seconds) => seconds <= slo.deadlineSeconds).length / 400).toBeCloseTo(0.7, 2);
  });

  it("is the same for the same seed and another for another", async () => {
    const [first, again, other] = await Promise.all([build({}, 1), build({}, 1), build({}, 2)]);
    expect(again.fleet.columns).toEqual(first.fleet.columns);
    expect(again.slo).toEqual(first.slo);
    expect(other.fleet.columns).not.toEqual(first.fleet.columns);
    expect(other.slo).not.toEqual(first.slo);
  });

  it("keeps devices whose memory is too small: that they cannot take part is for the selection to say", async () => {
    const { fleet, workload } = await build({
      workload: { model: "vgg19" },
      training: { batchSize: 256 },
      fleet: { size: 20, population: [{ name: "all", share: 1, devices: ["GeForce GTX 960"], links: ["wifi"] }] },
    });
    const device = fleet.devices[0]?.device;
    const memoryBytes = device?.kind === "known" ? device.device.memoryBytes : null;
    expect(requiredMemoryBytes(workload)).toBeGreaterThan(memoryBytes ?? Number.POSITIVE_INFINITY);
  });

  it("has disturbances and presence as the scenario says", async () => {
    const { truth, presence } = await build({
      disturbances: { heavyTailScale: 0.3 },
      presence: { onlineShare: 0.5 },
    });
    expect(truth.sources.at(-1)).toMatch(/^Assumed: compute times have a heavy tail/);
    expect(presence.presentAt(0).length).toBeLessThan(60);
  });
});

describe("a world of a measured workload", () => {
  it("has a measured truth, forecasts that have not seen it, and only devices that were measured", async () => {
    const { fleet, truth, stepModel, workload } = await build({
      fleet: measuredFleet,
      workload: { measured: MEASURED },
      training: { epochs: 2, batchSize: 77 },
    });
    const measured = findMeasuredWorkload(MEASURED);
    expect(truth.level).toBe("L2");
    expect(workload).toMatchObject({ epochs: 2, batchSize: 12, precision: "fp32" });
    expect([workload.downloadBytes, workload.uploadBytes]).toEqual(Array(2).fill(measured.parameterFileBytes));
    expect(fleet.devices.length).toBeGreaterThan(2);
    for (const { device, backend } of fleet.devices) {
      const cell = measured.cells.find(({ gpu }) => gpu === device.reportedName);
      expect(stepModel(device, backend, workload).secondsPerStep).toBe(cell?.forecastSeconds);
    }
    expect(fleet.linkNames).toEqual(["measured-wifi"]);
  });

  it("can have a forecaster that is wrong on purpose", async () => {
    const settings = { fleet: measuredFleet, workload: { measured: MEASURED } };
    const [right, wrong] = await Promise.all([
      build(settings),
      build({ ...settings, forecast: { timeFactor: 2, spreadFactor: 3 } }),
    ]);
    const { device, backend } = right.fleet.devices[0] as (typeof right.fleet.devices)[number];
    const [said, believed] = [right, wrong].map(({ stepModel, workload }) => stepModel(device, backend, workload));
    expect(believed?.secondsPerStep).toBe(2 * (said?.secondsPerStep ?? 0));
    const spreads = [said, believed].map((step) =>
      spreadOf(step?.components[0]?.law as Parameters<typeof spreadOf>[0]),
    );
    expect(spreads[1]).toBeCloseTo(3 * (spreads[0] as number), 12);
    expect(wrong.slo).toEqual(right.slo);
  });
});

describe("a world that cannot be", () => {
  it.each([
    ["an unknown population", { fleet: { population: "martian" } }, "experiments.invalid-scenario", "martian"],
    ["an unknown network", { workload: { model: "lenet6" } }, "models.unknown-architecture", "lenet6"],
    [
      "an unknown workload",
      { workload: { measured: "pytorch/resnet18/fp32/13" } },
      "experiments.unknown-workload",
      MEASURED,
    ],
    [
      "a group that nothing was measured on",
      { fleet: { population: "mixed" }, workload: { measured: MEASURED } },
      "experiments.invalid-scenario",
      'group "datacentre"',
    ],
    [
      "outages without sites",
      { disturbances: { siteOutageProbability: 0.1 } },
      "experiments.invalid-scenario",
      "sites",
    ],
    ["5G traces without a folder", { fleet: { population: "measured-5g" } }, "experiments.data-missing", "measured-5g"],
  ])("is refused: %s", async (_, changes, code, text) => {
    await expect(build(changes)).rejects.toEqual(errorWith(code, text));
  });
});
