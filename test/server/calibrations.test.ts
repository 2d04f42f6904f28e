// Calibrations in a run: which client is forecast by which, and what its operator sees of it.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lenet5 } from "../../models/zoo.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../../selection/latency/find-latency-model.ts";
import { registrationForecast } from "../../server/clients/registration-forecast.ts";
import { parseConfig } from "../../server/load-config.ts";
import { prepareRun } from "../../server/prepare-run.ts";
import { readCalibrations } from "../../server/read-calibrations.ts";
import { formatClientRegistered } from "../../server/reporting/event-lines.ts";
import { noPaint } from "../../server/reporting/paint.ts";
import { calibration, cell, workload } from "../selection/latency/calibrated/support.ts";
import { candidate, fastLink } from "../selection/support.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ScriptedAgent } from "./support/scripted-agent.ts";
import { startTestRun, tinyParts } from "./support/tiny-run.ts";

const folder = temporaryFolder();
const lenetRun = workload(lenet5, 32);
const slo = { deadlineSeconds: 60, minimumProbability: 0.8 };
const file = calibration([cell(lenet5, 32, 0.005)]);
const model = findLatencyModel("calibrated", { calibrations: [file] });

/** What the terminal says of a client with that device and back-end. */
function registrationLines(name: string, backend: string): string {
  const report = { kind: "gpu", name } as const;
  const device = resolveDevice(report);
  const forecast = registrationForecast(model, candidate({ device, backend }), lenetRun, slo);
  const facts = { report, device, link: fastLink, exampleCount: 500, backend, emulated: false };
  return formatClientRegistered({ type: "client-registered", clientId: "a", ...facts, ...forecast }, noPaint);
}

describe("a registration", () => {
  it("tells the tier of a calibrated client and its evidence", () => {
    expect(registrationLines("NVIDIA A100-PCIE-40GB", "tensorflow-cuda")).toMatch(
      /^ {2}\+ a: A100 PCIe 40 GB \(measured\), 500 examples\n {4}A step of exactly this network .* 2026-03-04: 5 ms/,
    );
  });

  it("warns of a client that no calibration serves: another device, or another back-end", () => {
    expect(registrationLines("Tesla T4", "tensorflow-cuda")).toMatch(
      /\(NVIDIA specs\), 500 examples\n {4}! .* No calibration of "Tesla T4" was given\./,
    );
    expect(registrationLines("NVIDIA A100-PCIE-40GB", "wasm")).toMatch(
      /\n {4}! .* calibrated with the back-end tensorflow-cuda, but the client trains with wasm\./,
    );
  });

  it("says why a client cannot be forecast, rather than fail", () => {
    const impossible = candidate({ link: { ...fastLink, uplinkBitsPerSecond: 0.5 } });
    expect(registrationForecast(model, impossible, lenetRun, slo)).toEqual({
      unforecastable: expect.stringMatching(
        /^Cannot forecast client "client-1": its uplink must be at least 1 bit\/s but is 0\.5/,
      ),
    });
  });

  it("gives the back-end to the forecast, but not that of an agent which emulates another device", async () => {
    await using run = await startTestRun(
      { minimumClients: 9 },
      { parts: tinyParts({ resolveDevice, latencyModel: model, workload: lenetRun }) },
    );
    const device = { kind: "gpu", name: "A100 PCIe 40 GB" } as const;
    const register = (name: string, backend: string, emulated = false) =>
      ScriptedAgent.join(run.url, name, { register: { device, backend, emulated } });
    await register("real", "tensorflow-cuda");
    await register("other", "wasm");
    await register("emulated", "wasm", true);
    const tiers = run.log.of("client-registered").map(({ clientId, forecast }) => [clientId, forecast?.tier]);
    expect(Object.fromEntries(tiers)).toEqual({
      ...{ real: "measured-cell", other: "catalogue-nvidia", emulated: "measured-cell" },
    });
  });
});

describe("prepareRun", () => {
  it("refuses the model calibrated without a file, before anything listens", async () => {
    const config = parseConfig({ latencyModel: "calibrated" }, "test");
    await expect(prepareRun(config)).rejects.toMatchObject({
      code: "server.invalid-config",
      message: expect.stringMatching(/--calibration FILE, from "probselect calibrate"/),
    });
  });

  it("refuses a file that is missing, naming it", async () => {
    const config = parseConfig({ calibrationFiles: [join(folder.path, "none.json")] }, "test");
    await expect(prepareRun(config)).rejects.toMatchObject({
      code: "selection.malformed-calibration",
      message: expect.stringMatching(/none\.json cannot be read: ENOENT/),
    });
  });
});

describe("readCalibrations", () => {
  it("reads each file whole, and names the one that is none", async () => {
    const [good, bad] = ["good.json", "bad.json"].map((name) => join(folder.path, name)) as [string, string];
    await writeFile(good, JSON.stringify(file));
    await writeFile(bad, "{}");
    expect(await readCalibrations([good, good])).toEqual([file, file]);
    await expect(readCalibrations([good, bad])).rejects.toThrow(/bad\.json: is no calibration/);
  });
});
