// Lines against their measurements: the Wi-Fi users' moments, and transfers over a trace by hand.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mean, standardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { lineOfTrace } from "../../../experiments/link-spread/measured-line.ts";
import { poolLines } from "../../../experiments/link-spread/pool-lines.ts";
import type { RateTrace } from "../../../experiments/link-spread/rate-trace.ts";
import { isMeasuredLink, measuredLines } from "../../../experiments/measured/measured-lines.ts";
import { traceLine, traceLines } from "../../../experiments/measured/trace-lines.ts";
import { rateLaw, wifiLine } from "../../../experiments/measured/wifi-lines.ts";
import wifi from "../../../experiments/measured/wifi-users.data.json" with { type: "json" };
import { drawsOf } from "../../../selection/policy/draws.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();

/** The draws of a client in a round of seed 1. */
const drawOf = (round: number) => (purpose: string) => drawsOf({ seed: 1, round }, purpose)(7);
const rounds = Array.from({ length: 20_000 }, (_, index) => index + 1);
const megabit = { down: 1e6, up: 1e6 };

describe("a measured Wi-Fi line", () => {
  const lines = measuredLines("measured-wifi");

  it("is there for each of the 19 users, without any folder", () => {
    expect(lines.map(({ name }) => name)).toEqual(wifi.users.map(([user]) => `measured-wifi/${user}`));
    expect(lines).toHaveLength(19);
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(["wifi"]));
  });

  it.each([0, 7, 16, 18])("of user %i moves bits at rates of the measured mean and standard deviation", (user) => {
    const [, downMean, downDeviation, upMean, upDeviation] = wifi.users[user] as unknown as number[];
    const times = rounds.map((round) => lines[user]?.transferSeconds(megabit, drawOf(round), 0));
    const down = times.map((time) => 1e6 / (time?.downloadSeconds ?? Number.NaN));
    const up = times.map((time) => 1e6 / (time?.uploadSeconds ?? Number.NaN));
    // Twenty thousand draws: standard errors of at most 0.7 % of the mean; the sd of the widest, heavy-tailed, 3 %.
    expect(mean(down) / (downMean as number)).toBeCloseTo(1, 1.3);
    expect(mean(up) / (upMean as number)).toBeCloseTo(1, 1.3);
    expect(Math.abs(standardDeviation(down) / (downDeviation as number) - 1)).toBeLessThan(0.1);
    expect(Math.abs(standardDeviation(up) / (upDeviation as number) - 1)).toBeLessThan(0.1);
  });

  it("draws down and up independently", () => {
    const logs = rounds.map((round) => {
      const time = lines[0]?.transferSeconds(megabit, drawOf(round), 0);
      return [Math.log(time?.downloadSeconds ?? 0), Math.log(time?.uploadSeconds ?? 0)] as const;
    });
    const [down, up] = [logs.map(([each]) => each), logs.map(([, each]) => each)];
    const [downMean, upMean] = [mean(down), mean(up)];
    const covariance = mean(logs.map(([a, b]) => (a - downMean) * (b - upMean)));
    expect(Math.abs(covariance / (standardDeviation(down) * standardDeviation(up)))).toBeLessThan(0.03);
  });

  it("states its median rates, and takes a time in proportion to the bits", () => {
    // cv 0.4: median = 10 / sqrt 1.16 = 9.2848 Mbit/s, sigma = sqrt(ln 1.16) = 0.38525.
    const law = rateLaw(10e6, 4e6);
    expect(law.medianBitsPerSecond).toBeCloseTo(9.2848e6, -2);
    expect(law.logSigma).toBeCloseTo(0.38525, 5);
    const line = wifiLine("made", { down: law, up: law, leftOutLogSigma: 0.3 });
    expect([line.downlinkBitsPerSecond, line.leftOutLogSigma]).toEqual([law.medianBitsPerSecond, 0.3]);
    const [once, twice] = [1, 2].map((times) => line.transferSeconds({ down: times * 1e6, up: 1e6 }, drawOf(1), 0));
    expect(twice?.downloadSeconds).toBeCloseTo(2 * (once?.downloadSeconds ?? 0), 12);
    expect(twice?.uploadSeconds).toBe(once?.uploadSeconds);
  });
});

const traceOf = (name: string, megabitsPerSecond: readonly number[], share5g = 1): RateTrace => ({
  ...{ name, share5g, stepSeconds: 10 },
  bitsPerSecond: megabitsPerSecond.map((rate) => rate * 1e6),
});

describe("a measured 5G line", () => {
  // A lap of 20 s: 10 s at 1 Mbit/s, 10 s at 4 Mbit/s; up a quarter of it.
  const line = traceLine(traceOf("made", [1, 4]), 0.9);
  const startAt = (seconds: number) => () => seconds / 20;

  it("downloads over the trace from a random moment, inside a step", () => {
    // From 5 s: 5 Mbit in 5 s, 10 Mbit at 4 Mbit/s in 2.5 s.
    const { downloadSeconds } = line.transferSeconds({ down: 15e6, up: 0 }, startAt(5), 0);
    expect(downloadSeconds).toBeCloseTo(7.5, 9);
  });

  it("uploads from the moment at which the download and the time between have passed, at a quarter of the rate", () => {
    // The download ends at 12.5 s; 6.5 s later it is 19 s: 1 Mbit at 1 Mbit/s in 1 s, then 0.25 Mbit/s for 10 s give 2.5, the
    // rest of 0.5 at 1 Mbit/s takes 0.5 s.
    const { uploadSeconds } = line.transferSeconds({ down: 15e6, up: 4e6 }, startAt(5), 6.5);
    expect(uploadSeconds).toBeCloseTo(11.5, 9);
  });

  it("states its medians, and assumes a quarter of the downlink's for the uplink", () => {
    expect([line.downlinkBitsPerSecond, line.uplinkBitsPerSecond, line.kind]).toEqual([2.5e6, 0.625e6, "mobile-5g"]);
  });

  it("has the spread of all the other lines, and is on 5G for more than a fifth of its time", () => {
    const traces = [traceOf("a", [1, 4]), traceOf("b", [2, 9]), traceOf("c", [5, 6]), traceOf("lte", [1, 20], 0.1)];
    const lines = traceLines(traces);
    expect(lines.map(({ name }) => name)).toEqual(["measured-5g/a", "measured-5g/b", "measured-5g/c"]);
    const others = traces.slice(1, 3).map((trace) => lineOfTrace(trace, 10));
    expect(lines[0]?.leftOutLogSigma).toBe(poolLines(others).lineLogSigma);
  });

  it("is read from the user's folder", () => {
    mkdirSync(join(folder.path, "network"));
    const rows = ["a", "b", "c"].flatMap((name) => [`${name},0,1000`, `${name},10,4000`]);
    writeFileSync(join(folder.path, "network/mobile5g_10s.csv"), ["trace,t_s,downlink_kbps", ...rows].join("\n"));
    writeFileSync(join(folder.path, "network/mobile5g_trace_summary.csv"), "trace,share_5g\na,1\nb,1\nc,1\n");
    const lines = measuredLines("measured-5g", folder.path);
    expect(lines.map(({ downlinkBitsPerSecond }) => downlinkBitsPerSecond)).toEqual([2.5e6, 2.5e6, 2.5e6]);
  });

  it("is refused with the option that gives it where there are no traces", () => {
    for (const given of [undefined, "/nope"]) {
      expect(() => measuredLines("measured-5g", given)).toThrow(
        expect.objectContaining({ code: "experiments.data-missing", message: expect.stringContaining("--data") }),
      );
    }
  });
});

describe("a link's name", () => {
  it("tells whether its lines were measured", () => {
    expect(["measured-wifi", "measured-wifi-weibull", "measured-5g", "wifi", "5g"].filter(isMeasuredLink)).toEqual([
      "measured-wifi",
      "measured-wifi-weibull",
      "measured-5g",
    ]);
  });
});
