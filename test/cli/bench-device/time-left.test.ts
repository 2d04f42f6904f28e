import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BenchPair, TimeLeft } from "../../../cli/bench-device/time-left.ts";
import { createProgressBar } from "../../../cli/progress-bar.ts";
import { expectedMeasuringSeconds } from "../../../client/calibration/measure-cells.ts";

const effort = { turns: 4, maximumSecondsPerCell: 10, longestStepSeconds: 2 };
const pair = (backend: string, flopPerStep: number): BenchPair => ({ backend, flopPerStep });

describe("the time that a benchmark still takes", () => {
  it("is not known before every back-end has ended a workload", () => {
    const timeLeft = new TimeLeft([pair("wasm", 1), pair("cpu", 1), pair("wasm", 10), pair("cpu", 10)], effort);
    expect(timeLeft.at(0, 3, 0.5)).toEqual({ fraction: null, secondsLeft: null });
    timeLeft.ended(0, { wallSeconds: 6, secondsPerStep: 0.01 });
    expect(timeLeft.at(1, 0, 0)).toEqual({ fraction: null, secondsLeft: null });
    timeLeft.ended(1, { wallSeconds: 6, secondsPerStep: 0.01 });
    expect(timeLeft.at(2, 0, 0).secondsLeft).toBeGreaterThan(0);
  });

  it("weighs what remains by its FLOP and the seconds that a FLOP took on its back-end", () => {
    const timeLeft = new TimeLeft([pair("wasm", 1e6), pair("cpu", 1e6), pair("wasm", 10e6), pair("cpu", 10e6)], effort);
    // 0.01 s a step: 3 steps, then 4 bursts of 15 + 1 steps: 0.67 s, so that the start took 1.33 s.
    timeLeft.ended(0, { wallSeconds: 2, secondsPerStep: 0.01 });
    // 0.1 s a step: 3 steps, then 4 bursts of 2 + 1: 1.5 s; the start took 3.5 s.
    timeLeft.ended(1, { wallSeconds: 5, secondsPerStep: 0.1 });
    // Ten times the FLOP: 0.1 s a step with wasm, 1.33 s + 1.5 s; 1 s with cpu, 3.5 s + 3 s + 3 bursts of 3 s + 1 more as 9 s < 10 s.
    const { secondsLeft, fraction } = timeLeft.at(2, 0, 0);
    expect(secondsLeft).toBeCloseTo(1.33 + 1.5 + 3.5 + 3 + 12, 9);
    expect(fraction).toBeCloseTo(7 / (7 + 21.33), 9);
  });

  it("counts a step that is too slow to be measured as skipped after a few", () => {
    const timeLeft = new TimeLeft([pair("cpu", 1e6), pair("cpu", 100e6)], effort);
    timeLeft.ended(0, { wallSeconds: 1.5, secondsPerStep: 0.1 });
    // 10 s a step, more than 2 s: three steps.
    expect(timeLeft.at(1, 0, 0).secondsLeft).toBeCloseTo(30, 9);
  });

  it("goes by what is most alike where several workloads were measured", () => {
    const timeLeft = new TimeLeft([pair("gpu", 1e6), pair("gpu", 1e9), pair("gpu", 2e9)], effort);
    // The small one waits for the launch of its operators: a FLOP takes a hundred times as long there.
    timeLeft.ended(0, { wallSeconds: 0.67, secondsPerStep: 0.01 });
    timeLeft.ended(1, { wallSeconds: 1.5, secondsPerStep: 0.1 });
    // 0.2 s a step: 0.6 s and 4 bursts of 2 + 1 steps.
    expect(timeLeft.at(2, 0, 0).secondsLeft).toBeCloseTo(3, 9);
  });

  it("leaves out a back-end that turned out not to work, and takes one that only failed for as long again", () => {
    const timeLeft = new TimeLeft([pair("cuda", 1), pair("cpu", 1), pair("cuda", 1), pair("cpu", 1)], effort);
    timeLeft.ended(0, { wallSeconds: 0.2, secondsPerStep: null });
    timeLeft.dropped("cuda");
    timeLeft.ended(1, { wallSeconds: 7, secondsPerStep: null });
    expect(timeLeft.at(3, 0, 0).secondsLeft).toBe(7);
    expect(timeLeft.at(2, 0, 0).secondsLeft).toBe(7);
  });

  it("falls within a workload with what is done of it", () => {
    const timeLeft = new TimeLeft([pair("cpu", 1), pair("cpu", 1)], effort);
    timeLeft.ended(0, { wallSeconds: 8, secondsPerStep: null });
    expect(timeLeft.at(1, 0, 0).secondsLeft).toBe(8);
    expect(timeLeft.at(1, 3, 0).secondsLeft).toBe(5);
    expect(timeLeft.at(1, 4, 0.25).secondsLeft).toBe(6);
    expect(timeLeft.at(1, 20, 0).secondsLeft).toBe(0);
  });

  it("is right from the second workload on where a step's time is proportional to its FLOP", () => {
    const flops = fc.array(fc.double({ min: 1e6, max: 1e9, noNaN: true }), { minLength: 2, maxLength: 8 });
    const speeds = fc.array(fc.double({ min: 1e-11, max: 2e-9, noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(flops, speeds, fc.double({ min: 0, max: 9, noNaN: true }), (workloads, secondsPerFlop, aside) => {
        const truth = workloads.flatMap((flop) =>
          secondsPerFlop.map((seconds, index) => {
            const secondsPerStep = flop * seconds;
            const measuring = expectedMeasuringSeconds(secondsPerStep, { turns: 4, maximumSeconds: 10 });
            return { pair: pair(`backend-${index}`, flop), secondsPerStep, wallSeconds: aside + measuring };
          }),
        );
        const timeLeft = new TimeLeft(
          truth.map((each) => each.pair),
          effort,
        );
        truth.forEach((each, index) => {
          const { secondsLeft } = timeLeft.at(index, 0, 0);
          const really = truth.slice(index).reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
          if (index >= secondsPerFlop.length) expect(secondsLeft).toBeCloseTo(really, 6);
          else expect(secondsLeft).toBeNull();
          timeLeft.ended(index, each);
        });
      }),
    );
  });

  it("goes on from where it is when an expectation was wrong", () => {
    const timeLeft = new TimeLeft([pair("cpu", 1), pair("cpu", 1), pair("cpu", 1)], effort);
    timeLeft.ended(0, { wallSeconds: 10, secondsPerStep: null });
    // 10 s each: a third of the way.
    expect(timeLeft.at(1, 0, 0).fraction).toBeCloseTo(1 / 3, 9);
    // It took 40 s, so that a pair takes 25 s in the mean: 40 s of 65 s of the two thirds that were ahead.
    timeLeft.ended(1, { wallSeconds: 40, secondsPerStep: null });
    expect(timeLeft.at(2, 0, 0)).toEqual({ fraction: expect.closeTo(1 / 3 + (2 / 3) * (40 / 65), 9), secondsLeft: 25 });
    expect(timeLeft.at(2, 25, 0).fraction).toBeCloseTo(1, 9);
  });

  it("never has a fraction that falls, however long the workloads take", () => {
    const ended = fc.record({
      backend: fc.constantFrom("wasm", "cpu", "webgpu"),
      flopPerStep: fc.double({ min: 1e5, max: 1e10, noNaN: true }),
      wallSeconds: fc.double({ min: 0, max: 300, noNaN: true }),
      secondsPerStep: fc.option(fc.double({ min: 1e-4, max: 5, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(ended, { minLength: 1, maxLength: 12 }), (all) => {
        const timeLeft = new TimeLeft(all, effort);
        let highest = 0;
        all.forEach((each, index) => {
          for (const share of [0, 0.1, 0.5, 1]) {
            const { fraction } = timeLeft.at(index, share * each.wallSeconds, share);
            if (fraction === null) continue;
            expect(fraction).toBeGreaterThanOrEqual(highest);
            expect(fraction).toBeLessThanOrEqual(1);
            highest = fraction;
          }
          timeLeft.ended(index, each);
        });
      }),
    );
  });

  it("leaves no log silent for a fifth of the whole, small workloads before large ones", () => {
    const backends = ["wasm", "cpu", "webgpu"];
    const pairs = [1e6, 100e6].flatMap((flop) => backends.map((backend) => pair(backend, flop)));
    const timeLeft = new TimeLeft(pairs, {
      ...effort,
      turns: 100,
      maximumSecondsPerCell: 1000,
      longestStepSeconds: 60,
    });
    const wallSeconds = [3, 3, 4, 150, 450, 300];
    let before = 0;
    let now = 0;
    const saidAt = [0];
    const bar = createProgressBar({ write: () => saidAt.push(now) });
    pairs.forEach((_, index) => {
      const seconds = wallSeconds[index] ?? 0;
      for (let inPair = 0; inPair < seconds; inPair++) {
        now = before + inPair;
        const { fraction, secondsLeft } = timeLeft.at(index, inPair, inPair / seconds);
        bar.show(fraction, secondsLeft, `cell ${index + 1}`);
      }
      before += seconds;
      // 1 s a step of the small ones would be 100 s of the large ones; they turn out otherwise.
      timeLeft.ended(index, { wallSeconds: seconds, secondsPerStep: index < 3 ? 0.01 : 0.5 });
    });
    const silences = [...saidAt, before].map((at, index, all) => at - (all[index - 1] ?? 0));
    expect(Math.max(...silences)).toBeLessThan(0.2 * before);
  });
});
