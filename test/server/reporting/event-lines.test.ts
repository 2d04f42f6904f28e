import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { PolicyNeed } from "../../../selection/policy/policy.ts";
import type { DeviceReport } from "../../../selection/types.ts";
import { serverConfigSchema } from "../../../server/config.ts";
import { formatClientRegistered, formatRunStarted } from "../../../server/reporting/event-lines.ts";
import { noPaint } from "../../../server/reporting/paint.ts";

function registered(report: DeviceReport): string {
  return formatClientRegistered(
    {
      type: "client-registered",
      clientId: "jetson-1",
      report,
      device: resolveDevice(report),
      link: { downlinkBitsPerSecond: 1e7, uplinkBitsPerSecond: 1e7, roundTripSeconds: 0.05 },
      exampleCount: 2000,
      backend: "wasm",
      emulated: false,
    },
    noPaint,
  );
}

describe("a client's registration in the log", () => {
  it("is one line where its report is plausible", () => {
    expect(registered({ kind: "gpu", name: "Jetson Orin Nano 8GB" })).toBe(
      "  + jetson-1: Jetson Orin Nano 8 GB (NVIDIA specs), 2,000 examples",
    );
  });

  it("says that a report contradicts the catalogue, with both numbers", () => {
    const [line, warning] = registered({
      kind: "gpu",
      name: "Jetson Orin Nano 8GB",
      memoryBytes: 80 * 2 ** 30,
    }).split("\n");
    expect(line).toBe("  + jetson-1: Jetson Orin Nano 8 GB (NVIDIA specs, contradictory report), 2,000 examples");
    expect(warning).toMatch(/^ {4}! The report contradicts the catalogue: .* 80 GiB, but .* has 8 GiB/);
  });
});

describe("the start of a run in the log", () => {
  const started = (policyNeeds?: PolicyNeed) =>
    formatRunStarted(
      {
        type: "run-started",
        runName: "run",
        probselectVersion: "0",
        config: serverConfigSchema.parse({}),
        clock: { kind: "wall" },
        parameterCount: 61_706,
        policyNeeds,
      },
      noPaint,
    ).split("\n");

  it("says aloud that a policy learns from the rounds, and nothing where it does not", () => {
    const aloud = "  the policy learns from the rounds: what is measured in them reaches it";
    expect(started("history").at(-1)).toBe(aloud);
    expect(started("monitoring").at(-1)).toBe(aloud);
    expect(started("static-specs")).toHaveLength(2);
    expect(started(undefined)).toHaveLength(2);
  });
});
