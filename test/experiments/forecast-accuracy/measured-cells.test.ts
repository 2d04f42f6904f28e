import { describe, expect, it } from "vitest";
import { predictSecondHalves } from "../../../experiments/forecast-accuracy/measured-cells.ts";

const header = "source,gpu,model,precision,iter,ms";

describe("measured cells", () => {
  it("predict the mean of a series' second half by the median of its first, in the order of the iterations", () => {
    const rows = [
      // iterations 0..3 take 10, 12, 50 | 20, 30, 40: out of order, and another series between them.
      ...["a,X,net,fp32,3,20", "a,X,net,fp32,0,10", "a,Y,net,fp32,0,1", "a,X,net,fp32,5,40"],
      ...["a,X,net,fp32,1,12", "a,X,net,fp32,2,50", "a,X,net,fp32,4,30"],
    ];
    expect(predictSecondHalves([header, ...rows].join("\n"), "iterations.csv")).toEqual([
      { gpu: "X", network: "net", precision: "fp32", predictedSeconds: 0.012, actualSeconds: 0.03 },
    ]);
  });

  it("refuse a row that is none, with its number", () => {
    const text = [header, "a,X,net,fp32,0,10", "a,X,net,fp32,1,-3"].join("\n");
    expect(() => predictSecondHalves(text, "iterations.csv")).toThrow(/iterations\.csv, row 2: ms/);
  });
});
