import { describe, expect, it } from "vitest";
import { createEmulatedPace } from "../../../client/emulation/emulated-pace.ts";
import { ManualClock } from "../../support/manual-clock.ts";

/** Ten seconds in all. */
const emulated = { downloadSeconds: 1, computeSeconds: 7, uploadSeconds: 2 };
const fiveTimes = { kind: "emulated", emulatedSecondsPerWallSecond: 5 } as const;
const never = new AbortController().signal;

/** Whether the promise has settled once everything that is due has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  const later = new Promise((resolve) => setImmediate(() => resolve(pending)));
  return (await Promise.race([promise.catch(() => undefined), later])) !== pending;
}

describe("the pace of an emulated device", () => {
  it("ends on the wall clock when the device would have finished", async () => {
    const clock = new ManualClock();
    const end = createEmulatedPace(emulated, { kind: "wall" }, clock).reachEnd(never);
    clock.advance(9.9);
    expect(await isSettled(end)).toBe(false);
    clock.advance(0.1);
    expect(await end).toBeUndefined();
  });

  it("waits on an emulated clock until it starts, then runs at its rate", async () => {
    const clock = new ManualClock();
    const pace = createEmulatedPace(emulated, fiveTimes, clock);
    const end = pace.reachEnd(never);
    clock.advance(1000);
    expect(await isSettled(end)).toBe(false);
    pace.clockStarted();
    await isSettled(end);
    // 10 emulated seconds are 2 of the wall's.
    clock.advance(1.9);
    expect(await isSettled(end)).toBe(false);
    clock.advance(0.1);
    expect(await end).toBeUndefined();
  });

  it("counts from the first start: the aggregator may say it again after a reconnection", async () => {
    const clock = new ManualClock();
    const pace = createEmulatedPace(emulated, fiveTimes, clock);
    pace.clockStarted();
    clock.advance(1);
    pace.clockStarted();
    const end = pace.reachEnd(never);
    clock.advance(1);
    expect(await end).toBeUndefined();
  });

  it("warns when this machine was slower than the emulated device, and does not wait", async () => {
    const clock = new ManualClock();
    const pace = createEmulatedPace(emulated, { kind: "wall" }, clock);
    clock.advance(12);
    expect(await pace.reachEnd(never)).toMatch(/needed 12\.0 s for work that the emulated device does in 10\.0 s/);
  });

  it("ends with the signal's reason when the task is cancelled, before and after the start", async () => {
    for (const start of [false, true]) {
      const clock = new ManualClock();
      const pace = createEmulatedPace(emulated, fiveTimes, clock);
      if (start) pace.clockStarted();
      const cancellation = new AbortController();
      const end = pace.reachEnd(cancellation.signal);
      cancellation.abort("late");
      await expect(end).rejects.toBe("late");
    }
  });

  it("knows how long the device has computed at any moment of the round", () => {
    const pace = createEmulatedPace(emulated, fiveTimes, new ManualClock());
    // It downloads until 1, computes until 8, uploads until 10.
    expect([0, 1, 4, 8, 20].map((seconds) => pace.deviceSecondsSpent(seconds))).toEqual([0, 0, 3, 7, 7]);
  });
});
