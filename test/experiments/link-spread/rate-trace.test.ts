import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  logTransferFactors,
  type RateTrace,
  secondsOverTrace,
  transferClock,
} from "../../../experiments/link-spread/rate-trace.ts";

const traceOf = (...megabitsPerSecond: readonly number[]): RateTrace => ({
  name: "made by hand",
  share5g: 0,
  stepSeconds: 10,
  bitsPerSecond: megabitsPerSecond.map((rate) => rate * 1e6),
});

describe("a transfer over a trace of rates", () => {
  // 10 s at 1 Mbit/s, 10 s at 4 Mbit/s: 50 Mbit a lap.
  const twoStates = traceOf(1, 4);

  it.each([
    ["ends within its first step", 0, 5, 5], // 5 Mbit at 1 Mbit/s
    ["ends at a step's very end", 0, 10, 10],
    ["goes on at the next step's rate", 0, 25, 13.75], // 10 Mbit in 10 s, 15 Mbit at 4 Mbit/s
    ["begins at any step", 1, 25, 6.25], // 25 Mbit at 4 Mbit/s
    ["begins the trace again after its end", 1, 45, 15], // 40 Mbit in 10 s, 5 Mbit at 1 Mbit/s
    ["takes whole laps", 0, 250, 100], // 5 laps of 20 s
    ["takes whole laps and a rest", 1, 254, 101], // 5 laps, 4 Mbit at 4 Mbit/s
  ])("%s", (_, start, megabits, seconds) => {
    expect(secondsOverTrace(twoStates, start, megabits * 1e6)).toBeCloseTo(seconds, 9);
  });

  it("waits while nothing moves", () => {
    // 10 s of nothing, then 8 Mbit at 4 Mbit/s.
    expect(secondsOverTrace(traceOf(0, 4, 4), 0, 8e6)).toBeCloseTo(12, 9);
  });

  it("never takes less for more bits", () => {
    const rates = fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 8 });
    const bits = fc.double({ min: 0, max: 1e11, noNaN: true });
    fc.assert(
      fc.property(rates, bits, bits, fc.nat(7), (megabitsPerSecond, first, second, start) => {
        fc.pre(megabitsPerSecond.some((rate) => rate > 0.001));
        const trace = traceOf(...megabitsPerSecond);
        const [less, more] = [Math.min(first, second), Math.max(first, second)].map((each) =>
          secondsOverTrace(trace, start % megabitsPerSecond.length, each),
        ) as [number, number];
        expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-9));
      }),
    );
  });

  it("has the factor 1 on a constant rate, whatever its length", () => {
    for (const nominalSeconds of [1, 10, 37, 1000]) {
      for (const logFactor of logTransferFactors(traceOf(7, 7, 7), nominalSeconds)) expect(logFactor).toBeCloseTo(0, 9);
    }
  });

  it("has the factor of stated to real rate while a transfer stays within a step", () => {
    // Stated is the median, 2.5 Mbit/s: 2 s are 5 Mbit, which take 5 s and 1.25 s.
    const [slow, fast] = logTransferFactors(twoStates, 2) as [number, number];
    expect(slow).toBeCloseTo(Math.log(2.5), 12);
    expect(fast).toBeCloseTo(Math.log(0.625), 12);
  });

  it("averages out over laps: at the stated mean the factor tends to 1", () => {
    // Mean 2.5 Mbit/s, 1,000 s are exactly 50 laps of 20 s.
    for (const logFactor of logTransferFactors(twoStates, 1000, 2.5e6)) expect(logFactor).toBeCloseTo(0, 9);
  });

  it.each([
    ["moves no bits", () => secondsOverTrace(traceOf(0, 0), 0, 1)],
    ["stands still more than half of the time", () => logTransferFactors(traceOf(0, 0, 5), 1)],
  ])("is refused where the trace %s", (words, transfer) => {
    expect(transfer).toThrow(
      expect.objectContaining({
        code: "experiments.malformed-measurements",
        message: expect.stringMatching(`"made by hand".*${words}`),
      }),
    );
  });
});

describe("a transfer from any moment of a trace", () => {
  const secondsFrom = transferClock(traceOf(1, 4));

  it.each([
    ["begins inside a step", 5, 15, 7.5], // 5 Mbit in 5 s, 10 Mbit at 4 Mbit/s
    ["ends at a step's very end", 5, 5, 5],
    ["ends at the very end of a lap", 15, 20, 5],
    ["begins the trace again after its end", 15, 25, 10], // 20 Mbit in 5 s, 5 Mbit at 1 Mbit/s
    ["takes whole laps", 5, 250, 100],
    ["begins laps after the start", 65, 15, 7.5],
    ["takes no time without bits", 5, 0, 0],
  ])("%s", (_, start, megabits, seconds) => {
    expect(secondsFrom(start, megabits * 1e6)).toBeCloseTo(seconds, 9);
  });

  it("waits while nothing moves, from wherever it stands still", () => {
    expect(transferClock(traceOf(0, 4, 0, 0))(25, 8e6)).toBeCloseTo(27, 9); // 25 s of nothing, 2 s at 4 Mbit/s
    expect(transferClock(traceOf(4, 0))(5, 20e6)).toBeCloseTo(5, 9); // done before it stands still
  });

  it("takes as long as one over the step function, begun at a step", () => {
    const rates = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 });
    const bits = fc.double({ min: 1, max: 1e11, noNaN: true });
    fc.assert(
      fc.property(rates, bits, fc.nat(7), (megabitsPerSecond, moved, start) => {
        fc.pre(megabitsPerSecond.some((rate) => rate > 0));
        const trace = traceOf(...megabitsPerSecond);
        const index = start % megabitsPerSecond.length;
        const expected = secondsOverTrace(trace, index, moved);
        const seconds = transferClock(trace)(10 * index, moved);
        expect(Math.abs(seconds - expected)).toBeLessThanOrEqual(1e-6 * (1 + expected));
      }),
    );
  });

  it("is refused where the trace moves no bits", () => {
    expect(() => transferClock(traceOf(0, 0))).toThrow(/"made by hand" .* moves no bits/);
  });
});
