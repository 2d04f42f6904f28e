import { describe, expect, it } from "vitest";
import { networkCosts } from "../../../experiments/forecast-accuracy/network-costs.ts";
import { readModelFeatures } from "../../../experiments/forecast-accuracy/read-model-features.ts";

const columns =
  "model,dense_conv_fc_gmacs,grouped_conv_gmacs,depthwise_gmacs,params_m,activation_elems_in_plus_out_m,layer_ops,conv_fc_ops,input";
const features = readModelFeatures(
  `${columns}\nmine,7,0,0,10,20,60,20,3x224x224\nresnet50,7,0,0,1,1,2,1,3x224x224`,
  "f",
);
const costOf = networkCosts(features);
const multiplyAdds = (network: string, imageSize?: number) => costOf({ network, imageSize })?.denseMultiplyAdds;

describe("networkCosts", () => {
  it("takes the file's figures where a row states no size, and counts what it knows at a stated one", () => {
    expect(multiplyAdds("resnet50")).toBe(7e9);
    // torchvision counts 4.09 billion at 224.
    expect(multiplyAdds("resnet50", 224)).toBeCloseTo(4.09e9, -7);
  });

  it("takes the file's figures of a network that only the file knows, at the file's size alone", () => {
    expect(multiplyAdds("mine", 224)).toBe(7e9);
    expect(multiplyAdds("mine", 112)).toBeUndefined();
  });

  it("knows no cost of a network that cannot be built at the stated size", () => {
    expect(multiplyAdds("resnet50", 100_000_000)).toBeUndefined();
    expect(multiplyAdds("lenet5", 28)).toBe(416_520);
    expect(multiplyAdds("lenet5", 64)).toBeUndefined();
    expect(multiplyAdds("nobody")).toBeUndefined();
  });
});
