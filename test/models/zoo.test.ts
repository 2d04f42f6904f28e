import { describe, expect, it } from "vitest";
import { shapeLayers } from "../../models/architecture.ts";
import { publishedNetworkNames } from "../../models/networks/published-networks.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import { elementCount } from "../../models/parameter-set.ts";
import { cnnSmall, findArchitecture, lenet5, logisticRegression, mlp, resnet20, zoo } from "../../models/zoo.ts";

const parameterCount = (architecture: typeof mlp) =>
  parameterLayout(architecture).reduce((sum, { shape }) => sum + elementCount(shape), 0);

describe("the model zoo", () => {
  it("finds published networks too, and keeps torchvision's and Keras' apart by case", () => {
    expect(findArchitecture("resnet18").name).toBe("resnet18");
    expect(parameterCount(findArchitecture("resnet18"))).not.toBe(parameterCount(findArchitecture("ResNet18")));
    expect(findArchitecture("lenet5").inputShape).toEqual([28, 28, 1]);
    expect(findArchitecture("LeNet5").inputShape).toEqual([32, 32, 3]);
  });

  it("says how many published networks there are and how to list them", () => {
    expect(() => findArchitecture("Resnet18")).toThrow(
      new RegExp(`${publishedNetworkNames.length} published networks.*publishedNetworkNames lists them`),
    );
  });

  it.each([
    // 784*200+200 + 200*200+200 + 200*10+10, the 2NN of McMahan et al. 2017
    ["mlp", mlp, 199_210],
    // 5*5*1*6+6 + 5*5*6*16+16 + 400*120+120 + 120*84+84 + 84*10+10
    ["lenet5", lenet5, 61_706],
    // 3*3*1*16+16 + 3*3*16*32+32 + 1568*64+64 + 64*10+10
    ["cnn-small", cnnSmall, 105_866],
    // 784*10+10
    ["logistic-regression", logisticRegression, 7850],
    // He et al. 2016 state 0.27 M. Kernels 27*16 + 6*9*16*16 + (9*16*32 + 5*9*32*32) + (9*32*64 + 5*9*64*64), shortcuts
    // 16*32 + 32*64, dense 64*10+10, and 4 numbers for each of 784 normalised channels, half of them moving statistics.
    ["resnet20", resnet20, 274_042],
  ])("has %s with its number of parameters", (name, architecture, count) => {
    expect(parameterCount(architecture)).toBe(count);
    expect(findArchitecture(name)).toBe(architecture);
  });

  it("makes a network for the shape and the classes of the data, and the usual one for the usual data", () => {
    const photographs = { inputShape: [32, 32, 3], classCount: 100 };
    for (const name of Object.keys(zoo)) {
      const shaped = shapeLayers(findArchitecture(name, photographs));
      expect(shaped[0]?.inputShape).toEqual([32, 32, 3]);
      expect(shaped.at(-1)?.outputShape).toEqual([100]);
    }
    expect(findArchitecture("lenet5", { inputShape: [28, 28, 1], classCount: 10 })).toBe(lenet5);
  });

  it("makes published networks for square images of three channels, and says so of others", () => {
    const resnet18 = findArchitecture("resnet18", { inputShape: [32, 32, 3], classCount: 10 });
    expect([resnet18.inputShape, shapeLayers(resnet18).at(-1)?.outputShape]).toEqual([[32, 32, 3], [10]]);
    expect(() => findArchitecture("resnet18", { inputShape: [28, 28, 1], classCount: 10 })).toThrow(
      expect.objectContaining({
        code: "models.shape-mismatch",
        message: expect.stringContaining("square images of three channels, but the data set has examples of 28x28x1"),
      }),
    );
  });

  it("names every network as its key", () => {
    for (const [key, architecture] of Object.entries(zoo)) expect(architecture.name).toBe(key);
  });

  it.each(["resnet-50", "toString", ""])("refuses %j and lists what there is", (name) => {
    expect(() => findArchitecture(name)).toThrow(
      expect.objectContaining({
        code: "models.unknown-architecture",
        message: expect.stringContaining("mlp, lenet5, cnn-small"),
      }),
    );
  });
});
