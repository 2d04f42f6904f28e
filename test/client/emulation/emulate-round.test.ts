import { mean, quantile } from "simple-statistics";
import { describe, expect, it } from "vitest";
import {
  deviceFactor,
  type EmulationRequest,
  emulateRound,
  roundFactor,
} from "../../../client/emulation/emulate-round.ts";
import { lenet5 } from "../../../models/zoo.ts";
import { findLinkProfile } from "../../../network/link-profiles.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { modelCost } from "../../../workloads/model-cost.ts";

const resolved = resolveDevice({ kind: "gpu", name: "Jetson Orin Nano 8 GB" });
if (resolved.kind !== "known") throw new Error("the device of this test is not in the catalogue");

const request: EmulationRequest = {
  device: resolved.device,
  link: findLinkProfile("lte").link,
  model: modelCost(lenet5),
  training: { epochs: 1, batchSize: 32 },
  exampleCount: 3200,
  modelBytes: 250_000,
  clientId: "board",
  round: 1,
  seed: 1,
};

const rounds = (count: number, changes: Partial<EmulationRequest> = {}) =>
  Array.from({ length: count }, (_, index) => emulateRound({ ...request, ...changes, round: index + 1 }));

describe("an emulated round", () => {
  it("is the same for the same seed, client and round, whoever asks and however often", () => {
    expect(emulateRound(request)).toEqual(emulateRound({ ...request }));
  });

  it.each([
    ["seed", { seed: 2 }],
    ["client", { clientId: "other" }],
    ["round", { round: 2 }],
  ])("is another for another %s", (_, changes) => {
    expect(emulateRound({ ...request, ...changes }).computeSeconds).not.toBe(emulateRound(request).computeSeconds);
  });

  it("computes in proportion to the steps", () => {
    const once = emulateRound(request).computeSeconds;
    expect(emulateRound({ ...request, training: { epochs: 2, batchSize: 32 } }).computeSeconds).toBeCloseTo(
      2 * once,
      9,
    );
    // 3201 examples are one batch more than 3200: 101 steps instead of 100.
    expect(emulateRound({ ...request, exampleCount: 3201 }).computeSeconds).toBeCloseTo(1.01 * once, 9);
  });

  it("slows a board down to 70 % of its speed after a minute of load, and no desktop", () => {
    const long = { training: { epochs: 400, batchSize: 32 } };
    const once = emulateRound(request).computeSeconds;
    // 60 s at full speed, the rest takes 1 / 0.7 as long.
    const busy = 400 * once;
    expect(busy).toBeGreaterThan(60);
    expect(emulateRound({ ...request, ...long }).computeSeconds).toBeCloseTo(60 + (busy - 60) / 0.7, 6);
    const desktop = { ...request, device: { ...request.device, deviceClass: "desktop" as const } };
    const desktopOnce = emulateRound(desktop).computeSeconds;
    expect(emulateRound({ ...desktop, ...long }).computeSeconds).toBeCloseTo(400 * desktopOnce, 6);
  });

  it("moves the model at rates that vary around the link's own, wireless ones by 37 % down and 40 % up", () => {
    const { downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = request.link;
    const drawn = rounds(4000);
    const ratesOf = (seconds: number[], nominal: number) =>
      seconds.map((value) => (8 * request.modelBytes) / (value - roundTripSeconds) / nominal);
    const down = ratesOf(
      drawn.map(({ downloadSeconds }) => downloadSeconds),
      downlinkBitsPerSecond,
    );
    const up = ratesOf(
      drawn.map(({ uploadSeconds }) => uploadSeconds),
      uplinkBitsPerSecond,
    );
    expect(mean(down)).toBeCloseTo(1, 1);
    expect(mean(up)).toBeCloseTo(1, 1);
    expect(variation(down)).toBeCloseTo(0.37, 1);
    expect(variation(up)).toBeCloseTo(0.4, 1);
  });

  it("hardly varies on a wired link", () => {
    const wired = rounds(1000, { link: findLinkProfile("datacentre").link, modelBytes: 1e9 });
    expect(variation(wired.map(({ downloadSeconds }) => downloadSeconds))).toBeCloseTo(0.05, 1);
  });
});

describe("a device against its specs", () => {
  it("has median 1 and the heavy tails of a Student-t with 4.7 degrees of freedom, scale 0.31", () => {
    const logs = Array.from({ length: 4000 }, (_, index) => Math.log(deviceFactor(1, `client-${index}`)) / 0.31);
    // The median of 4,000 draws has a standard error of 0.021.
    expect(Math.abs(quantile(logs, 0.5))).toBeLessThan(0.08);
    // Student-t, 4.7 degrees of freedom: quantiles 0.75 and 0.95 are 0.731 and 2.055 (SciPy: t.ppf).
    expect(Math.abs(quantile(logs, 0.75) - 0.731)).toBeLessThan(0.08);
    expect(Math.abs(quantile(logs, 0.95) - 2.055)).toBeLessThan(0.2);
  });

  it("is the same in every round", () => {
    const seconds = rounds(50).map(({ computeSeconds }) => computeSeconds);
    // What is left is the rounds' own noise, 2 %, but for the one in ten that another job slows down.
    const quiet = seconds.filter((value) => value < 1.3 * quantile(seconds, 0.5));
    expect(quiet.length).toBeGreaterThan(35);
    expect(variation(quiet)).toBeLessThan(0.05);
  });
});

describe("a round's own luck", () => {
  it("is small noise, and in one round of ten another job that slows it 1.5 to 3 times", () => {
    const factors = Array.from({ length: 4000 }, (_, index) => roundFactor(1, "client", index));
    const shared = factors.filter((factor) => factor > 1.3);
    expect(shared.length / factors.length).toBeCloseTo(0.1, 1);
    expect(Math.min(...shared)).toBeGreaterThan(1.35);
    expect(Math.max(...shared)).toBeLessThan(3.3);
    expect(variation(factors.filter((factor) => factor < 1.3))).toBeCloseTo(0.02, 2);
  });
});

function variation(values: number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) / centre;
}
