import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logSigmaOf, throttledSeconds } from "../../../client/emulation/emulated-spread.ts";

describe("a device that throttles", () => {
  it("does what is left at its lower speed", () => {
    expect(throttledSeconds(95, { afterSeconds: 60, speed: 0.7 })).toBe(60 + 35 / 0.7);
    expect(throttledSeconds(60, { afterSeconds: 60, speed: 0.7 })).toBe(60);
    expect(throttledSeconds(10, { afterSeconds: 0, speed: 0.5 })).toBe(20);
  });

  it("never takes less than at full speed, and more work never takes less time", () => {
    const seconds = fc.double({ min: 0, max: 1e6, noNaN: true });
    const throttling = fc.record({ afterSeconds: seconds, speed: fc.double({ min: 0.01, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(seconds, seconds, throttling, (work, more, settings) => {
        const time = throttledSeconds(work, settings);
        expect(time).toBeGreaterThanOrEqual(work * (1 - 1e-12));
        expect(throttledSeconds(work + more, settings)).toBeGreaterThanOrEqual(time);
      }),
    );
  });
});

describe("a log-normal variable", () => {
  it("has the standard deviation of its logarithm by its coefficient of variation", () => {
    // sqrt(ln(1 + 0.37^2)) = sqrt(ln 1.1369) = sqrt(0.128305) = 0.3582
    expect(logSigmaOf(0.37)).toBeCloseTo(0.3582, 4);
    expect(logSigmaOf(0)).toBe(0);
  });
});
