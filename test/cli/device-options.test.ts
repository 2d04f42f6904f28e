import { describe, expect, it } from "vitest";
import { statedFigures } from "../../cli/device-options.ts";

const none = {
  "memory-gib": undefined,
  "fp32-tflops": undefined,
  "memory-gbs": undefined,
  "maximum-clock-mhz": undefined,
  "power-limit-watts": undefined,
};

describe("the figures that the command line states", () => {
  it("are in SI units, and only those that were given", () => {
    expect(statedFigures(none)).toEqual({});
    expect(Object.keys(statedFigures({ ...none, "memory-gbs": 68 }))).toEqual(["memoryBandwidthBytesPerSecond"]);
    const all = {
      "memory-gib": 8,
      "fp32-tflops": 1.5,
      "memory-gbs": 68,
      "maximum-clock-mhz": 408,
      "power-limit-watts": 7,
    };
    expect(statedFigures(all)).toEqual({
      memoryBytes: 8 * 2 ** 30,
      fp32PeakFlopPerSecond: 1.5e12,
      memoryBandwidthBytesPerSecond: 68e9,
      maximumClockHertz: 408e6,
      powerLimitWatts: 7,
    });
  });

  it.each([0, -1, Number.NaN, 1e6])("cannot be a clock of %d MHz", (megahertz) => {
    expect(() => statedFigures({ ...none, "maximum-clock-mhz": megahertz })).toThrow(
      expect.objectContaining({
        code: "cli.wrong-usage",
        message: `--maximum-clock-mhz must be above 0 and at most 100000, not ${megahertz}.`,
      }),
    );
  });
});
