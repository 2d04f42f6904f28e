import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ExampleCountName,
  exampleCountNames,
  exampleCountsOf,
  fedscaleBandwidth,
} from "../../../experiments/measured/example-counts.ts";

describe("the measured example counts", () => {
  // The least, the median and the most of each file, to half an example.
  it.each([
    ["openimage", 5000, [1, 4, 1738]],
    ["google-speech", 2187, [5, 18, 208]],
    ["stackoverflow", 3424, [13, 122, 32_043]],
    ["har", 120, [103, 205, 945]],
  ] as const)("of %s are quantiles of %i clients", (name, clientCount, expected) => {
    const counts = exampleCountsOf(name);
    expect(counts.clientCount).toBe(clientCount);
    expect([0, 0.5, 1].map(counts.quantile)).toEqual(expected);
    expect(counts.source).toBe("SymbioticLab/FedScale, Apache-2.0");
  });

  it("are whole numbers of at least one that grow with the share", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...exampleCountNames), share, share, (name, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map(exampleCountsOf(name).quantile) as [number, number];
        expect(Number.isInteger(low) && low >= 1 && low <= high).toBe(true);
      }),
    );
  });

  it("are refused for a data set that is not there, and for what is no share", () => {
    expect(() => exampleCountsOf("femnist" as ExampleCountName)).toThrow(
      /openimage, google-speech, stackoverflow, har/,
    );
    for (const share of [-0.1, 1.1, Number.NaN]) {
      expect(() => fedscaleBandwidth.quantile(share)).toThrow(/\[0, 1\]/);
    }
  });
});

describe("the measured bandwidth of phones", () => {
  it("is in kbit/s, half of them below six megabits", () => {
    expect(fedscaleBandwidth.quantile(0.5)).toBeCloseTo(6074.7, 0);
    expect(fedscaleBandwidth.quantile(0)).toBe(1016.9);
  });

  it("lies between two quantiles by their logarithms", () => {
    const { quantiles, quantile } = fedscaleBandwidth;
    const [low, high] = [quantiles[100] as number, quantiles[101] as number];
    expect(quantile(100.5 / (quantiles.length - 1))).toBeCloseTo(Math.sqrt(low * high), 6);
  });
});
