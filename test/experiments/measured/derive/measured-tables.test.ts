// The small derivations behind the tables, by hand.

import { describe, expect, it } from "vitest";
import { formatTable } from "../../../../experiments/measured/derive/format-table.ts";
import { fedscaleTable } from "../../../../experiments/measured/derive/measured-tables.ts";
import { quantileTable } from "../../../../experiments/measured/derive/quantile-table.ts";
import { machineSigma, roundSigma } from "../../../../experiments/measured/derive/truth-spreads.ts";
import { wifiUsers } from "../../../../experiments/measured/derive/wifi-table.ts";

describe("the spread between machines", () => {
  it("is the root mean square over the jobs of the deviation of ln(samples/s)", () => {
    // Job 1: ln 1.1 = 0.09531 apart, sd 0.09531 / sqrt 2 = 0.06739; job 2: none. sqrt(0.06739^2 / 2) = 0.04766.
    const table = [
      "machine,precision,model,samples_per_s",
      ...["a,fp32,resnet50,100", "b,fp32,resnet50,110", "a,fp16,resnet50,300", "b,fp16,resnet50,300"],
    ].join("\n");
    const { logSigma, medianLogSigma, rows, groups } = machineSigma(table);
    expect(logSigma).toBeCloseTo(0.04766, 5);
    expect(medianLogSigma).toBeCloseTo(0.0337, 5);
    expect([rows, groups]).toEqual([4, 2]);
  });

  it("is refused with the row that has no rate", () => {
    const table = "machine,precision,model,samples_per_s\na,fp32,resnet50,0";
    expect(() => machineSigma(table)).toThrow(/Row 1 of the machines: samples_per_s is not above 0/);
  });
});

describe("the spread between rounds", () => {
  it("is the root mean square of the log-normal sigmas of the cells' runs", () => {
    // cv 0.4: sqrt(ln 1.16) = 0.38525; cv 0: 0. 0.38525 / sqrt 2 = 0.27242.
    expect(roundSigma("ms_per_iter,run_sd_ms\n10,4\n20,0").logSigma).toBeCloseTo(0.27242, 5);
  });
});

describe("the Wi-Fi users", () => {
  const variations = { a: 0.1, b: 0.4, c: 0.4 };
  const moments = Object.entries(variations).flatMap(([group, variation]) =>
    (["down", "up"] as const).map((stratum) => ({
      ...{ group, stratum, meanBitsPerSecond: 1e6 },
      deviationBitsPerSecond: 1e6 * variation,
    })),
  );

  it("each have the spread of all the others' lines", () => {
    // cv 0.4: 0.38525; cv 0.1: sqrt(ln 1.01) = 0.09975; of b the others are a and c: sqrt((0.00995 + 0.14842) / 2) = 0.28140.
    const [a, b] = wifiUsers(moments);
    expect(a?.leftOutLogSigma).toBeCloseTo(0.38525, 5);
    expect(b?.leftOutLogSigma).toBeCloseTo(0.2814, 5);
  });
});

describe("a table of quantiles", () => {
  it("begins with the least value and ends with the largest", () => {
    expect(quantileTable([5, 1, 4, 2, 3], 2)).toEqual([1, 3, 5]);
    expect(quantileTable([7], 4)).toEqual([7, 7, 7, 7, 7]);
  });

  it("names the data set's row that is no count", () => {
    const texts = { examples: { har: "samples\n12\n0.5" }, capacities: "bandwidth_kbps,infer_ms_per_sample\n1,2" };
    expect(() => fedscaleTable(texts)).toThrow(/Row 2 of the examples of har/);
  });
});

describe("a table's text", () => {
  it("has a row a line where it does not fit into one, and fills lines with numbers", () => {
    const numbers = Array.from({ length: 45 }, (_, index) => index);
    const text = formatTable({
      rows: [
        ["a".repeat(60), 1],
        ["b".repeat(60), 2],
      ],
      numbers,
    });
    expect(JSON.parse(text)).toEqual({
      rows: [
        ["a".repeat(60), 1],
        ["b".repeat(60), 2],
      ],
      numbers,
    });
    expect(text.split("\n").slice(1, 4)).toEqual([
      ' "rows": [',
      `  ["${"a".repeat(60)}", 1],`,
      `  ["${"b".repeat(60)}", 2]`,
    ]);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(text.split("\n")).toHaveLength(11); // 9 of them above, two of numbers
  });

  it("is one line where it fits", () => {
    expect(formatTable({ rows: [["a", 1]] })).toBe('{ "rows": [["a", 1]] }\n');
  });
});
