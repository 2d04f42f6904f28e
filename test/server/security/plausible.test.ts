// Claims that cannot be true: of a registration, and of the speed at which an update was computed.

import { describe, expect, it } from "vitest";
import type { Register } from "../../../protocol/messages.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { impossibleSpeed } from "../../../server/security/impossible-speed.ts";
import { implausibleClaims } from "../../../server/security/plausible-registration.ts";
import { openSocket, registration, ScriptedAgent, say } from "../support/scripted-agent.ts";
import { startTestRun, tinyFile, tinyParts } from "../support/tiny-run.ts";

const link = { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e8, roundTripSeconds: 0.01 };
const l4 = { kind: "gpu", name: "NVIDIA L4" } as const;
const sane = { device: l4, link, exampleCount: 5000 };
const doubtsOf = (claims: Pick<Register, "device" | "link" | "exampleCount">, previous?: typeof claims) =>
  implausibleClaims(claims, resolveDevice(claims.device), previous);

describe("a registration", () => {
  it("that a driver reports is not doubted", () => {
    const device = { ...l4, memoryBytes: 23_034 * 2 ** 20, maximumClockHertz: 2.04e9, powerLimitWatts: 72 };
    expect(doubtsOf({ ...sane, device })).toEqual([]);
    expect(doubtsOf(sane, sane)).toEqual([]);
    expect(doubtsOf({ ...sane, device: { kind: "cpu", name: "Some CPU" } })).toEqual([]);
  });

  it.each([
    // NVIDIA L4: 24 GB, 30.3 TFLOP/s, 300 GB/s, 2.04 GHz
    ["a memory of 80 GiB", { memoryBytes: 80 * 2 ** 30 }, /memory of 80 GiB; L4 has/],
    ["an fp32 peak of 100 TFLOP/s", { fp32PeakFlopPerSecond: 1e14 }, /fp32 peak of 100 TFLOP\/s; L4 has 30\.3/],
    ["a bandwidth of 3 TB/s", { memoryBandwidthBytesPerSecond: 3e12 }, /memory bandwidth of 3 TB\/s/],
    ["a clock of 5 GHz", { maximumClockHertz: 5e9 }, /maximum clock of 5 GHz/],
  ])("is doubted for %s on a device that has less", (_, figures, doubt) => {
    expect(doubtsOf({ ...sane, device: { ...l4, ...figures } })).toEqual([expect.stringMatching(doubt)]);
  });

  it("of a device that no row has is measured by twice the best of the catalogue", () => {
    const own = (fp32PeakFlopPerSecond: number): Register["device"] => ({
      kind: "gpu",
      name: "Own GPU",
      memoryBytes: 2 ** 34,
      fp32PeakFlopPerSecond,
      memoryBandwidthBytesPerSecond: 1e12,
    });
    expect(doubtsOf({ ...sane, device: own(1e14) })).toEqual([]);
    expect(doubtsOf({ ...sane, device: own(1e18) })).toEqual([expect.stringMatching(/best device of the catalogue/)]);
  });

  it("is doubted for a link that no port has, and for more examples than anybody has", () => {
    expect(doubtsOf({ ...sane, link: { ...link, uplinkBitsPerSecond: 1e15 } })).toEqual([
      expect.stringMatching(/an uplink of 1 Pbit\/s/),
    ]);
    expect(doubtsOf({ ...sane, exampleCount: 1e9 })).toEqual([expect.stringMatching(/1000000000 examples/)]);
  });

  it("is doubted when the client comes back with another device, or ten times what it had", () => {
    expect(doubtsOf({ ...sane, exampleCount: 49_999 }, sane)).toEqual([]);
    expect(doubtsOf({ ...sane, exampleCount: 50_000 }, sane)).toEqual([
      expect.stringMatching(/was 5000 .* is 50000 now/),
    ]);
    expect(doubtsOf({ ...sane, exampleCount: 500 }, sane)).toHaveLength(1);
    expect(doubtsOf({ ...sane, device: { kind: "gpu", name: "NVIDIA H100" } }, sane)).toEqual([
      expect.stringMatching(/It was "NVIDIA L4"/),
    ]);
  });
});

describe("an aggregator", () => {
  const impossible = { exampleCount: 1e9 };

  it("takes a doubted client and journals the doubt", async () => {
    await using run = await startTestRun({ minimumClients: 2 });
    const agent = await ScriptedAgent.join(run.url, "a", { register: impossible });
    expect(agent.welcome.accepted).toBe(true);
    expect(run.log.of("client-doubted")).toMatchObject([
      { clientId: "a", doubts: [expect.stringMatching(/examples/)] },
    ]);
  });

  it("refuses one where it is told to, with the reason", async () => {
    await using run = await startTestRun({ security: { implausibleSpecs: "refuse" } });
    const socket = await openSocket(run.url);
    const reply = await say(socket, "register", registration("a", impossible));
    expect(reply).toMatchObject({ code: "server.implausible-specs", reason: expect.stringMatching(/1000000000/) });
    socket.disconnect();
  });

  it("journals an update that its device could not compute in that time, and takes it", async () => {
    await using run = await startTestRun(
      { minimumClients: 1 },
      { parts: tinyParts({ resolveDevice, workload: heavy }) },
    );
    const agent = await ScriptedAgent.join(run.url, "a", { register: { device: l4 } });
    expect(await agent.deliver(tinyFile(1, 2, 3), { changes: { computeSeconds: 0 } })).toEqual({ accepted: true });
    expect(await run.log.next("client-doubted")).toMatchObject({
      doubts: [expect.stringMatching(/L4 needs at least/)],
    });
  });
});

const { workload } = tinyParts();
/** 10^12 multiply-adds an example. */
const heavy = { ...workload, batchSize: 1, model: { ...workload.model, denseMultiplyAdds: 1e12 } };

describe("a speed", () => {
  it("is impossible above three times the device's best peak", () => {
    const device = resolveDevice({ kind: "gpu", name: "NVIDIA L4" });
    if (device.kind !== "known") throw new Error("the L4 is in the catalogue");
    const peak = Math.max(...Object.values(device.device.peakFlopPerSecond).filter((value) => value !== undefined));
    // 6 FLOP a multiply-add, 10^12 of them, 10 steps of one example: 6e13 FLOP.
    const least = 6e13 / (3 * peak);
    expect(impossibleSpeed({ stepCount: 10, computeSeconds: least * 1.01 }, device, heavy)).toBeUndefined();
    expect(impossibleSpeed({ stepCount: 10, computeSeconds: least * 0.99 }, device, heavy)).toMatch(/10 steps/);
  });

  it("is not judged where the device is not known", () => {
    const device = resolveDevice({ kind: "gpu", name: "Frobnicator 9000" });
    expect(impossibleSpeed({ stepCount: 10, computeSeconds: 0 }, device, heavy)).toBeUndefined();
    expect(impossibleSpeed({ stepCount: 10, computeSeconds: 0 }, undefined, heavy)).toBeUndefined();
  });
});
