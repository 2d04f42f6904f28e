import { describe, expect, it } from "vitest";
import { publishedNetworkNames } from "../../models/networks/published-networks.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import { elementCount } from "../../models/parameter-set.ts";
import { cnnSmall, findArchitecture, lenet5, logisticRegression, mlp, zoo } from "../../models/zoo.ts";

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
  ])("has %s with its number of parameters", (name, architecture, count) => {
    expect(parameterCount(architecture)).toBe(count);
    expect(findArchitecture(name)).toBe(architecture);
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
