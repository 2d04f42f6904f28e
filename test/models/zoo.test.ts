import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shapeLayers } from "../../models/architecture.ts";
import { publishedNetworkNames } from "../../models/networks/published-networks.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import { elementCount } from "../../models/parameter-set.ts";
import {
  charLstm,
  cnnSmall,
  type DataShape,
  findArchitecture,
  lenet5,
  logisticRegression,
  mlp,
  resnet20,
  transformerEncoder,
  zoo,
} from "../../models/zoo.ts";
import { modelCost } from "../../workloads/model-cost.ts";

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
      new RegExp(`${publishedNetworkNames.length} published networks.*"probselect explain --models" lists them`),
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
    // 80*8, 4*128*(8 + 128 + 1), 128*80+80
    ["char-lstm", charLstm, 81_104],
    // Tokens 80*64, positions 80*64; twice normalisations 2*128, attention 4*(64*64+64), dense 64*256+256 + 256*64+64; a
    // normalisation 128, dense 64*80+80
    ["transformer-encoder", transformerEncoder, 115_536],
  ])("has %s with its number of parameters", (name, architecture, count) => {
    expect(parameterCount(architecture)).toBe(count);
    expect(findArchitecture(name)).toBe(architecture);
  });

  const photographs: DataShape = { inputShape: [32, 32, 3], classCount: 100 };
  const sentences: DataShape = { inputShape: [20], classCount: 30, vocabularySize: 50 };
  const readsTokens = (name: string) => /lstm|transformer/.test(name);

  it("makes a network for the shape and the classes of the data, and the usual one for the usual data", () => {
    for (const name of [...Object.keys(zoo), "resnet18", "vgg11"]) {
      const data = readsTokens(name) ? sentences : photographs;
      const shaped = shapeLayers(findArchitecture(name, data));
      expect(shaped[0]?.inputShape).toEqual(data.inputShape);
      expect(shaped.at(-1)?.outputShape).toEqual([data.classCount]);
    }
    expect(findArchitecture("lenet5", { inputShape: [28, 28, 1], classCount: 10 })).toBe(lenet5);
    const shakespeare = { inputShape: [80], classCount: 80, vocabularySize: 80 };
    expect(findArchitecture("char-lstm", shakespeare)).toBe(charLstm);
    expect(findArchitecture("char-lstm", { ...shakespeare, vocabularySize: 90 })).not.toBe(charLstm);
  });

  it("gives an embedding a row for every token of the vocabulary, whatever the number of classes", () => {
    for (const name of Object.keys(zoo).filter(readsTokens)) {
      const [embedding] = shapeLayers(findArchitecture(name, sentences));
      expect(embedding?.layer).toMatchObject({ kind: "embedding", inputDim: 50 });
    }
  });

  it.each<[string, DataShape, number]>([
    // Reddi et al. 2021, "Adaptive Federated Optimization", for 86 characters and four special ones: 90*8 + 4*256*(8+256+1) +
    // 4*256*(256+256+1) + 256*90+90
    ["char-lstm-large", { inputShape: [80], classCount: 90, vocabularySize: 90 }, 820_522],
    // Keras' documentation; 3,504,872 of them trained, as torchvision counts, and moving statistics of 17,056 channels.
    ["mobilenet-v2", { inputShape: [224, 224, 3], classCount: 1000 }, 3_538_984],
    // Trained 1,677,128 and moving statistics of 7,040 channels.
    ["mobilenet-v2-0.35", { inputShape: [224, 224, 3], classCount: 1000 }, 1_691_208],
    // He et al. 2016's ResNet-18 with CIFAR's stem: 11,173,962 trained and moving statistics of 4,800 channels.
    ["resnet18", { inputShape: [32, 32, 3], classCount: 10 }, 11_183_562],
    // Convolutions 1,792 + 73,856 + 295,168 + 590,080 + 1,180,160 + 3 * 2,359,808; dense 512*4096+4096 + 4096*4096+4096 + 4096*10+10
    ["vgg11", { inputShape: [32, 32, 3], classCount: 10 }, 28_144_010],
    // torchvision's documentation
    ["vgg11", { inputShape: [224, 224, 3], classCount: 1000 }, 132_863_336],
  ])("has %s for %o with its number of parameters", (name, data, count) => {
    expect(parameterCount(findArchitecture(name, data))).toBe(count);
  });

  it.each([
    // Sandler et al. 2018, table 4, and the table of their published models: multiply-adds in millions.
    ["mobilenet-v2", 300],
    ["mobilenet-v2-0.35", 59],
  ])("has %s with its published %d million multiply-adds at 224 pixels", (name, millions) => {
    const cost = modelCost(findArchitecture(name, { inputShape: [224, 224, 3], classCount: 1000 }));
    expect((cost.denseMultiplyAdds + cost.depthwiseMultiplyAdds) / 1e6).toBeCloseTo(millions, -1);
  });

  it.each([
    [224, 7],
    [97, 4],
    [96, 6],
    [64, 4],
    [32, 4],
    [28, 4],
    [8, 4],
    [3, 3],
  ])("gives mobilenet-v2 at %d pixels a last map of %d pixels a side", (side, last) => {
    const shaped = shapeLayers(findArchitecture("mobilenet-v2", { inputShape: [side, side, 1], classCount: 10 }));
    expect(shaped.find(({ layer }) => layer.kind === "globalAveragePool2d")?.inputShape).toEqual([last, last, 1280]);
  });

  it("has resnet18 as published from 65 pixels on, and with a stem that keeps the size up to 64", () => {
    const firstMap = (side: number) =>
      shapeLayers(findArchitecture("resnet18", { inputShape: [side, side, 3], classCount: 10 })).find(
        ({ layer }) => layer.name === "layer1.0.add",
      )?.outputShape;
    expect([firstMap(32), firstMap(64), firstMap(65)]).toEqual([
      [32, 32, 64],
      [64, 64, 64],
      [17, 17, 64],
    ]);
    const published = { inputShape: [224, 224, 3], classCount: 1000 };
    expect(findArchitecture("resnet18", published)).toEqual(findArchitecture("resnet18"));
    expect(findArchitecture("vgg11", published)).toEqual(findArchitecture("vgg11"));
    expect(shapeLayers(findArchitecture("resnet18", { inputShape: [28, 20, 1], classCount: 10 }))).toBeDefined();
  });

  it("makes other published networks for square images of three channels, and says so of others", () => {
    const densenet = findArchitecture("densenet121", { inputShape: [32, 32, 3], classCount: 10 });
    expect([densenet.inputShape, shapeLayers(densenet).at(-1)?.outputShape]).toEqual([[32, 32, 3], [10]]);
    expect(() => findArchitecture("densenet121", { inputShape: [28, 28, 1], classCount: 10 })).toThrow(
      expect.objectContaining({
        code: "models.shape-mismatch",
        message: expect.stringContaining("square images of three channels, but the data set has examples of 28x28x1"),
      }),
    );
  });

  it.each<[string, DataShape, RegExp]>([
    ["lenet5", sentences, /lenet5 reads images, but the data set has sequences of 20 tokens.*char-lstm, .*transformer/],
    ["mlp", sentences, /mlp reads quantities, but the data set has sequences of 20 tokens/],
    ["resnet18", sentences, /resnet18 reads images, but the data set has sequences/],
    ["char-lstm", photographs, /char-lstm reads tokens, but the data set has images of 32x32x3.*mlp, lenet5/],
    ["lenet5", { inputShape: [12], classCount: 2 }, /has examples of 12 that are no images.*mlp, logistic-regression/],
  ])("refuses to make %s for %o", (name, data, message) => {
    expect(() => findArchitecture(name, data)).toThrow(
      expect.objectContaining({ code: "models.shape-mismatch", message: expect.stringMatching(message) }),
    );
  });

  it("refuses images that are too small for a network's windows", () => {
    expect(() => findArchitecture("vgg11", { inputShape: [28, 28, 1], classCount: 10 })).toThrow(
      expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringContaining("smaller") }),
    );
  });

  it("is in the documentation with the parameters and the FLOP of a step that are counted", () => {
    const page = readFileSync(new URL("../../docs/data-and-models.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `([\w.-]+)` \| [^|]* \| ([\d,]+) \| ([\d.]+) \|/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual([...Object.keys(zoo), "resnet18", "vgg11"].sort());
    for (const [, name = "", parameters = "", gigaflop] of rows) {
      const usual = zoo[name] ?? findArchitecture(name, { inputShape: [32, 32, 3], classCount: 10 });
      const { denseMultiplyAdds, groupedMultiplyAdds, depthwiseMultiplyAdds } = modelCost(usual);
      const flop = 6 * 32 * (denseMultiplyAdds + groupedMultiplyAdds + depthwiseMultiplyAdds);
      expect([name, Number(parameters.replaceAll(",", ""))]).toEqual([name, parameterCount(usual)]);
      expect([name, Number(gigaflop)]).toEqual([name, Number((flop / 1e9).toPrecision(3))]);
    }
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
