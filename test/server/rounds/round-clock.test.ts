import { describe, expect, it } from "vitest";
import type { Clock } from "../../../foundation/clock.ts";
import { createRoundClock } from "../../../server/rounds/round-clock.ts";

/** Time that passes only where somebody waits for it. */
function manualClock(): Clock & { advance(seconds: number): void } {
  let now = 100;
  return {
    nowSeconds: () => now,
    wait: async (seconds) => {
      now += seconds;
    },
    advance: (seconds) => {
      now += seconds;
    },
  };
}
const never = new AbortController().signal;

describe("the round's clock", () => {
  it("runs from its creation on the wall clock", async () => {
    const wall = manualClock();
    const clock = createRoundClock({ kind: "wall" }, wall);
    wall.advance(3);
    expect(clock.elapsedSeconds()).toBe(3);
    await clock.reach(10, never);
    expect(wall.nowSeconds()).toBe(110);
  });

  it("stands at 0 while held, then runs at its rate", async () => {
    const wall = manualClock();
    const clock = createRoundClock({ kind: "emulated", emulatedSecondsPerWallSecond: 30 }, wall);
    wall.advance(50);
    expect([clock.running, clock.elapsedSeconds()]).toEqual([false, 0]);
    const deadline = clock.reach(60, never);
    clock.start();
    await deadline;
    // 60 emulated seconds at 30 a wall second are 2 wall seconds after the 50 of the hold: 100 + 50 + 2.
    expect(wall.nowSeconds()).toBe(152);
    expect([clock.running, clock.elapsedSeconds()]).toEqual([true, 60]);
  });

  it("stops waiting when the signal aborts, held or not", async () => {
    const abort = new AbortController();
    const held = createRoundClock({ kind: "emulated", emulatedSecondsPerWallSecond: 30 }, manualClock());
    const waiting = held.reach(60, abort.signal);
    abort.abort();
    await waiting;
    expect(held.elapsedSeconds()).toBe(0);
    await createRoundClock({ kind: "wall" }, manualClock()).reach(1e9, abort.signal);
  });
});
