import { describe, expect, it } from "vitest";
import { wallClock } from "../../foundation/clock.ts";

describe("wallClock", () => {
  it("never runs backwards", async () => {
    const before = wallClock.nowSeconds();
    await wallClock.wait(0.01);
    expect(wallClock.nowSeconds()).toBeGreaterThan(before);
  });

  it("ends a wait at once when its signal aborts, before or during it", async () => {
    const controller = new AbortController();
    const long = wallClock.wait(10_000, controller.signal);
    controller.abort();
    await long;
    await wallClock.wait(10_000, controller.signal);
  });
});
