import { describe, expect, it } from "vitest";
import { madeExamples, places } from "../../../client/calibration/made-examples.ts";
import { findArchitecture, lenet5 } from "../../../models/zoo.ts";

describe("madeExamples", () => {
  it("has 1024 small images of ten classes, the same every time", () => {
    const made = madeExamples(lenet5);
    expect(made).toMatchObject({ exampleCount: 1024, exampleShape: [28, 28, 1], classCount: 10 });
    expect(made.inputs).toHaveLength(1024 * 784);
    expect(new Set(made.labels).size).toBe(10);
    expect(madeExamples(lenet5)).toBe(made);
  });

  it("has fewer large ones: 16 MiB of images of 224x224x3", () => {
    // 2 ** 24 / (224 * 224 * 3 * 4) = 27.9
    expect(madeExamples(findArchitecture("resnet18")).exampleCount).toBe(27);
  });

  it("has no more classes than the network", () => {
    const binary = findArchitecture("lenet5", { inputShape: [28, 28, 1], classCount: 2 });
    expect([...new Set(madeExamples(binary).labels)]).toEqual([0, 1]);
  });
});

describe("places", () => {
  it("begins again where there are fewer examples than places", () => {
    expect([...places(5, 2)]).toEqual([0, 1, 0, 1, 0]);
  });
});
