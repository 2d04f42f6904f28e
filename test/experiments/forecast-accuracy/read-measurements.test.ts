import { describe, expect, it } from "vitest";
import { readMeasurements } from "../../../experiments/forecast-accuracy/read-measurements.ts";
import { readModelFeatures } from "../../../experiments/forecast-accuracy/read-model-features.ts";

const header = "source,catalogue_gpu,model,precision,batch,ms_per_iter,notes";
const read = (...lines: string[]) => readMeasurements([header, ...lines].join("\n"), "times.csv");

describe("a file of measurements", () => {
  it("gives one cell a row, in seconds, whatever other columns there are", () => {
    const { rows, skipped } = read('lab,Tesla T4,resnet50,fp32,12,180.5,"fwd, bwd"', "lab,Tesla T4,vgg16,fp16,4,99,");
    expect(rows).toEqual([
      { gpu: "Tesla T4", network: "resnet50", precision: "fp32", batchSize: 12, stepSeconds: 0.1805, stack: "pytorch" },
      { gpu: "Tesla T4", network: "vgg16", precision: "fp16", batchSize: 4, stepSeconds: 0.099, stack: "pytorch" },
    ]);
    expect(skipped).toEqual([]);
  });

  it.each([
    ["lab,,resnet50,fp32,12,1,", "catalogue_gpu names no GPU"],
    ["lab,Tesla T4,resnet50,int8,12,1,", "precision is none of fp32, tf32, fp16 and bf16"],
    ["lab,Tesla T4,resnet50,fp32,0,1,", "batch is below 1"],
    ["lab,Tesla T4,resnet50,fp32,1.5,1,", "batch is no whole number"],
    ["lab,Tesla T4,resnet50,fp32,,1,", "batch is empty"],
    ["lab,Tesla T4,resnet50,fp32,12,,", "ms_per_iter is empty"],
    ["lab,Tesla T4,resnet50,fp32,12,-3,", "ms_per_iter is not above 0"],
    ["lab,Tesla T4,resnet50,fp32,12,fast,", "ms_per_iter is no number"],
    ["lab,Tesla T4,resnet50,fp32,12,1e-320,", "ms_per_iter is below a microsecond"],
    ["lab,Tesla T4,resnet50,fp32,12,1e14,", "ms_per_iter is above a day"],
    ["lab,Tesla T4,resnet50,fp32,9007199254740991,1,", "batch is above a million"],
  ])("counts %j as skipped: %s", (line, reason) => {
    expect(read(line)).toEqual({ rows: [], skipped: [{ reason, rows: 1 }] });
  });

  it("takes the precisions that a forecast cannot tell apart as one, in any case, and a batch of 12.0", () => {
    const rows = ["fp32", "TF32", "FP16", "bf16"].map((precision) => `lab,Tesla T4,resnet50,${precision},12.0,1,`);
    expect(read(...rows).rows.map(({ precision }) => precision)).toEqual(["fp32", "fp32", "fp16", "fp16"]);
  });

  it("adds up rows that are skipped for the same reason, most frequent first", () => {
    const { skipped } = read("a,G,m,int8,1,1,", "a,G,m,fp32,0,1,", "a,G,m,int8,1,1,");
    expect(skipped.map(({ rows }) => rows)).toEqual([2, 1]);
  });

  it.each([
    ["", /times\.csv has no rows/],
    ["catalogue_gpu,model,precision,batch\nT4,m,fp32,1", /lacks the column ms_per_iter; it has catalogue_gpu, model/],
    ['catalogue_gpu,model\n"T4,m', /times\.csv is no CSV/],
  ])("is refused where it is none: %j", (text, message) => {
    expect(() => readMeasurements(text, "times.csv")).toThrow(
      expect.objectContaining({ code: "experiments.malformed-measurements", message: expect.stringMatching(message) }),
    );
  });
});

describe("a file of networks", () => {
  const columns =
    "model,fwd_gmacs_per_image,dense_conv_fc_gmacs,grouped_conv_gmacs,depthwise_gmacs,params_m,activation_elems_in_plus_out_m,layer_ops,conv_fc_ops,input";

  it("gives each network's cost", () => {
    const text = `${columns}\nmobilenet_v2,0.3,0.28,0,0.02,3.5,40,200,50,3x224x224`;
    expect(readModelFeatures(text, "networks.csv").get("mobilenet_v2")).toMatchObject({
      parameterCount: 3_500_000,
      denseMultiplyAdds: 0.28e9,
      groupedMultiplyAdds: 0,
      depthwiseMultiplyAdds: 0.02e9,
      // 50 of 200 operators are heavy: a quarter of 40 million elements.
      heavyElements: 10e6,
      elementwiseElements: 30e6,
      heavyOperatorCount: 50,
      otherOperatorCount: 150,
    });
  });

  it.each([
    ["broken,1,minus,0,0,1,1,1,1,3x224x224", /row of "broken" has a wrong dense_conv_fc_gmacs/],
    ["broken,1,,0,0,1,1,1,1,3x224x224", /row of "broken" has a wrong dense_conv_fc_gmacs: it is empty/],
    ["broken,0,0,0,0,1,1,1,1,3x224x224", /row of "broken" has a wrong dense_conv_fc_gmacs: all multiply-adds are 0/],
    ["broken,1,1,0,0,1,1,1,1,x", /row of "broken" has a wrong input/],
  ])("is refused with the row and the column that is wrong: %s", (line, message) => {
    expect(() => readModelFeatures(`${columns}\n${line}`, "networks.csv")).toThrow(message);
  });

  it("counts no copy of the inputs where it does not tell them", () => {
    const text = `${columns}\nmobilenet_v2,0.3,0.28,0,0.02,3.5,40,200,50,`;
    expect(readModelFeatures(text, "networks.csv").get("mobilenet_v2")?.inputElements).toBe(0);
  });
});
