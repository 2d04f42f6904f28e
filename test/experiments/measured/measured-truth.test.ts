// The truth of level L2: measured steps, measured machines, measured lines, and nothing else.

import fc from "fast-check";
import { mean, median, sampleStandardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import type { RateTrace } from "../../../experiments/link-spread/rate-trace.ts";
import { measuredLines } from "../../../experiments/measured/measured-lines.ts";
import { MACHINE_LOG_SIGMA, measuredTruth, ROUND_LOG_SIGMA } from "../../../experiments/measured/measured-truth.ts";
import { findMeasuredWorkload } from "../../../experiments/measured/measured-workloads.ts";
import { traceLine } from "../../../experiments/measured/trace-lines.ts";
import type { MeasuredLine } from "../../../experiments/measured/types.ts";
import type { FleetTruth } from "../../../experiments/simulation/types.ts";
import { madeFleet } from "./support.ts";

const workload = findMeasuredWorkload("pytorch/resnet18/fp32/12");
const secondsOf = (gpu: string) => workload.cells.filter((cell) => cell.gpu === gpu).map((cell) => cell.stepSeconds);
const nothing: ReadonlyMap<string, readonly MeasuredLine[]> = new Map();
const [gpu, gpuOfTwoMachines] = ["GeForce RTX 3090", "GeForce RTX 2080 Ti"] as const;
/** Ten steps of 12 examples. */
const tenSteps = { exampleCount: 120, epochs: 1 };

const truthOf = (
  size: number,
  options: { readonly gpu?: string; readonly link?: string; readonly seed?: number } = {},
) =>
  measuredTruth({
    fleet: madeFleet({ size, gpu: options.gpu ?? gpu, link: options.link ?? "datacentre" }),
    ...{ workload, seed: options.seed ?? 1, lines: nothing },
  });
const computeSeconds = (truth: FleetTruth, clients: number, round = 1) =>
  Array.from({ length: clients }, (_, client) => truth.durationOf(client, round, tenSteps).computeSeconds);

describe("the computing of a client", () => {
  it("takes the measured step in the median, times its steps", () => {
    const [step] = secondsOf(gpu) as [number];
    // 20,001 clients, sd of ln 3.7 %: standard error of the median 0.03 %.
    expect(median(computeSeconds(truthOf(20_001), 20_001)) / (10 * step)).toBeCloseTo(1, 2);
  });

  it("differs between machines as much as measured, the same in every round, and between rounds as much as measured", () => {
    const truth = truthOf(2000);
    const logs = Array.from({ length: 2000 }, (_, client) =>
      Array.from({ length: 20 }, (__, index) => Math.log(truth.durationOf(client, index + 1, tenSteps).computeSeconds)),
    );
    const within = Math.sqrt(mean(logs.map((rounds) => sampleStandardDeviation(rounds) ** 2)));
    expect(within / ROUND_LOG_SIGMA).toBeCloseTo(1, 1);
    // A mean of 20 rounds still has a twentieth of the rounds' variance.
    const between = Math.sqrt(sampleStandardDeviation(logs.map(mean)) ** 2 - ROUND_LOG_SIGMA ** 2 / 20);
    expect(between / MACHINE_LOG_SIGMA).toBeCloseTo(1, 1);
  });

  it("is that of one of the machines that its GPU was measured in, about as often of each", () => {
    const steps = secondsOf(gpuOfTwoMachines) as [number, number];
    const seconds = computeSeconds(truthOf(2000, { gpu: gpuOfTwoMachines }), 2000).map((each) => each / 10);
    const middle = Math.sqrt(steps[0] * steps[1]);
    const fast = seconds.filter((each) => each < middle);
    expect(fast.length / 2000).toBeCloseTo(0.5, 1);
    expect(median(fast) / Math.min(...steps)).toBeCloseTo(1, 2);
    expect(median(seconds.filter((each) => each >= middle)) / Math.max(...steps)).toBeCloseTo(1, 2);
  });

  it("takes half as long for half of the examples, and twice as long for two epochs", () => {
    const truth = truthOf(10);
    const seconds = (exampleCount: number, epochs: number) =>
      truth.durationOf(3, 5, { exampleCount, epochs }).computeSeconds;
    expect(seconds(60, 1)).toBeCloseTo(seconds(120, 1) / 2, 12);
    expect(seconds(120, 2)).toBeCloseTo(2 * seconds(120, 1), 12);
    // A batch that is not full takes as long as a full one.
    expect(seconds(61, 1)).toBeCloseTo(seconds(72, 1), 12);
  });
});

describe("a client's luck", () => {
  it("is the same for the same client, round and work, whoever asks and in whichever order", () => {
    const fleet = madeFleet({ size: 50, gpu, link: "measured-wifi", lineCount: 19 });
    const lines = new Map([["measured-wifi", measuredLines("measured-wifi")]]);
    const [first, second] = [1, 2].map(() => measuredTruth({ fleet, workload, seed: 7, lines })) as [
      FleetTruth,
      FleetTruth,
    ];
    const asked = fc.array(fc.tuple(fc.nat(49), fc.nat(5)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(asked, (questions) => {
        const answer = (truth: FleetTruth, [client, round]: readonly [number, number]) =>
          truth.durationOf(client, round, tenSteps);
        const forward = questions.map((each) => answer(first, each));
        expect(
          questions
            .toReversed()
            .map((each) => answer(second, each))
            .reverse(),
        ).toEqual(forward);
      }),
    );
  });

  it("is another one with another seed and in another round", () => {
    const [one, other] = [1, 2].map((seed) => computeSeconds(truthOf(3, { seed }), 3));
    expect(one).not.toEqual(other);
    expect(computeSeconds(truthOf(3), 3, 2)).not.toEqual(one);
  });
});

describe("the transfers of a client", () => {
  const bits = 8 * workload.parameterFileBytes;

  it("go at the stated rates without any spread on a link that was not measured, and the sources say so", () => {
    const truth = truthOf(5);
    for (const round of [1, 2, 3]) {
      const { downloadSeconds, uploadSeconds } = truth.durationOf(round, round, tenSteps);
      expect(downloadSeconds).toBeCloseTo(0.5 + bits / 1e8, 6);
      expect(uploadSeconds).toBeCloseTo(0.5 + bits / 1e7, 6);
    }
    expect(truth.sources.at(-1)).toMatch(/^The link datacentre was not measured: .* without any spread/);
  });

  it("go over the client's own line, the upload after computing and a round trip", () => {
    // 10 s at 100 Mbit/s, then 10 s at 200 Mbit/s. The model has 374 Mbit.
    const trace: RateTrace = { name: "made", share5g: 1, stepSeconds: 10, bitsPerSecond: [1e8, 2e8] };
    const line = traceLine(trace, 0.9);
    // Its rounds all begin with the trace.
    const fromStart: MeasuredLine = {
      ...line,
      transferSeconds: (moved, _, betweenSeconds) => line.transferSeconds(moved, () => 0, betweenSeconds),
    };
    const fleet = madeFleet({ size: 2, gpu, link: "measured-5g", lineCount: 1 });
    const truth = measuredTruth({ fleet, workload, seed: 1, lines: new Map([["measured-5g", [fromStart]]]) });
    const { downloadSeconds, computeSeconds: compute, uploadSeconds } = truth.durationOf(1, 1, tenSteps);
    // From second 0: 374.4 Mbit in 3.744 s at 100 Mbit/s; up at a quarter of the rate.
    expect(downloadSeconds).toBeCloseTo(0.5 + bits / 1e8, 9);
    const start = bits / 1e8 + compute + 0.5;
    const whileSlow = (10 - start) * 25e6;
    expect(uploadSeconds).toBeCloseTo(0.5 + 10 - start + (bits - whileSlow) / 50e6, 9);
    expect(truth.sources.join(" ")).toMatch(/ten-second means, 1 in number \(.*GPL-3\.0/);
  });

  it("have measured medians: half of a Wi-Fi user's rounds are faster than it states", () => {
    const lines = measuredLines("measured-wifi");
    const fleet = madeFleet({ size: 19, gpu, link: "measured-wifi", lineCount: 19 });
    const truth = measuredTruth({ fleet, workload, seed: 1, lines: new Map([["measured-wifi", lines]]) });
    const stated = bits / (lines[16]?.downlinkBitsPerSecond ?? Number.NaN);
    const times = Array.from({ length: 4001 }, (_, index) => truth.durationOf(16, index + 1, tenSteps).downloadSeconds);
    // sd of ln 0.83: standard error of the median 1.6 %.
    expect(Math.abs((median(times) - 0.5) / stated - 1)).toBeLessThan(0.06);
  });
});

describe("measured truth", () => {
  it("is of level L2, and says on what its times rest", () => {
    const { level, sources } = truthOf(1);
    expect(level).toBe("L2");
    expect(sources[0]).toContain("pytorch/resnet18/fp32/12: 1 cell of 1 GPU (lamikr/pytorch-gpu-benchmark, MIT)");
    expect(sources.every((sentence) => /^[A-Z].*\.$/.test(sentence))).toBe(true);
    expect(sources).toHaveLength(4);
  });

  it("is refused for a GPU that was not measured, and for a line that is not there", () => {
    expect(() => truthOf(1, { gpu: "H100 SXM5 80 GB" })).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/was not measured with/),
      }),
    );
    const fleet = madeFleet({ size: 20, gpu, link: "measured-wifi", lineCount: 20 });
    const lines = new Map([["measured-wifi", measuredLines("measured-wifi")]]);
    expect(() => measuredTruth({ fleet, workload, seed: 1, lines })).toThrow(
      'Client 19 has line 19 of the 19 measured lines of its link "measured-wifi".',
    );
    expect(() => truthOf(1, { link: "measured-wifi" })).toThrow(/Client 0 has line -1 of the 0 measured lines/);
  });
});
