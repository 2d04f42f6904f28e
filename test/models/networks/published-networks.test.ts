import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { shapeLayers } from "../../../models/architecture.ts";
import { publishedNetwork, publishedNetworkNames } from "../../../models/networks/published-networks.ts";
import { parameterLayout } from "../../../models/parameter-file.ts";
import { elementCount } from "../../../models/parameter-set.ts";
import { modelCost } from "../../../workloads/model-cost.ts";

const measurementsPath = fileURLToPath(new URL("../../../../shared/data/gpu/tf25-cnn-profet.csv", import.meta.url));

/** Moving statistics included, as Keras' summaries count. */
const totalParameters = (name: string, imageSize: number, classCount: number) =>
  parameterLayout(publishedNetwork(name, { imageSize, classCount })).reduce(
    (sum, { shape }) => sum + elementCount(shape),
    0,
  );

describe("the published networks", () => {
  it.each(publishedNetworkNames)("have %s as a valid network that ends in a softmax over its classes", (name) => {
    const network = publishedNetwork(name);
    expect(network.name).toBe(name);
    const last = shapeLayers(network).at(-1);
    expect(last?.layer).toMatchObject({ activation: "softmax" });
    expect(last?.outputShape).toHaveLength(1);
  });

  it.each([
    // Keras' documentation of its applications.
    ["VGG16", 224, 138_357_544],
    ["VGG19", 224, 143_667_240],
    ["MobileNetV2", 224, 3_538_984],
    ["InceptionV3", 299, 23_851_784],
    ["InceptionResNetV2", 299, 55_873_736],
    ["Xception", 299, 22_910_480],
  ])("have in %s at %d pixels and 1000 classes Keras' %d parameters", (name, imageSize, count) => {
    expect(totalParameters(name, imageSize, 1000)).toBe(count);
  });

  it.each([
    // 5*5*3*6+6 + 5*5*6*16+16 + 400*120+120 + 120*84+84 + 84*10+10
    ["LeNet5", 62_006],
    // 3*3*3*32+32 + 3*3*32*64+64 + 6*6*64*10+10
    ["MNIST_CNN", 42_442],
    // Keras' example cifar10_cnn
    ["CIFAR10_CNN", 1_250_858],
    // Convolutions 896 + 9,248 + 18,496 + 36,928 + 73,856 + 147,584, dense 2048*1024+1024 + 1024*1024+1024 + 10,250
    ["VGGSmall", 3_445_034],
  ])("have in %s at 32 pixels and 10 classes %d parameters", (name, count) => {
    expect(totalParameters(name, 32, 10)).toBe(count);
  });

  it("have AlexNet with the widths and the borders of the measurements", () => {
    // Convolutions 34,944 + 614,656 + 1,180,160 + 4,719,616 + 9,438,208. Sides 32, 16, 8, 8+2 -> 5, 5+2 = 7, 7+2 -> 4, so dense
    // 4*4*1024*3072+3072 = 50,334,720, then 12,587,008 and 40,970. Gamma and beta 2*(96+256+512+1024+1024+3072+4096+10) = 20,180.
    expect(modelCost(publishedNetwork("AlexNet", { imageSize: 32 })).parameterCount).toBe(78_970_462);
  });

  it("have ResNetSmall with its 1x1 convolutions", () => {
    // Stem 9,472 + 128. 64 channels: 3*(4,160+128) and 2*(4,160+128). 128 channels: 2*(8,320+256) + 16,512+256 and
    // 2*(16,512+256). Dense 129,000.
    const cost = modelCost(publishedNetwork("ResNetSmall", { imageSize: 224 }));
    expect(cost.parameterCount).toBe(9_600 + 5 * 4_288 + 2 * 8_576 + 3 * 16_768 + 129_000);
    // 1 + 4 * 2 + 2 shortcuts + 1 dense
    expect(cost.heavyOperatorCount).toBe(12);
  });

  it.each([
    // Zoph et al. 2018, "Learning Transferable Architectures for Scalable Image Recognition", table 2, and Sandler et al. 2018,
    // table 4 (multiply-adds).
    ["InceptionV3", 299, 5.72],
    ["Xception", 299, 8.38],
    ["InceptionResNetV2", 299, 13.2],
    ["MobileNetV2", 224, 0.3],
    // He et al. 2015, table 1, the stride on the first convolution of a bottleneck.
    ["ResNet50", 224, 3.86],
  ])("have %s at %d pixels with the published %f billion multiply-adds", (name, imageSize, billions) => {
    const cost = modelCost(publishedNetwork(name, { imageSize, classCount: 1000 }));
    const multiplyAdds = cost.denseMultiplyAdds + cost.groupedMultiplyAdds + cost.depthwiseMultiplyAdds;
    expect(Math.abs(multiplyAdds / (billions * 1e9) - 1)).toBeLessThan(0.01);
  });

  it.each([
    ["ResNet18", "resnet18"],
    ["ResNet34", "resnet34"],
  ])("have in %s the convolutions of %s, normalised before instead of after", (keras, torchvision) => {
    const [before, after] = [modelCost(publishedNetwork(keras)), modelCost(publishedNetwork(torchvision))];
    expect(before.denseMultiplyAdds).toBe(after.denseMultiplyAdds);
    expect(before.heavyOperatorCount).toBe(after.heavyOperatorCount);
  });

  it("have Keras' borders of zeros in MobileNetV2: one before each of the four depthwise convolutions of stride 2", () => {
    const paddings = publishedNetwork("MobileNetV2").layers.filter(({ kind }) => kind === "zeroPadding2d");
    expect(paddings).toHaveLength(4);
    // Even sides get one row below only, odd ones a row on each side; both give the half, rounded up.
    for (const imageSize of [224, 100, 33]) {
      const depthwise = shapeLayers(publishedNetwork("MobileNetV2", { imageSize })).find(
        ({ layer }) => layer.name === "block_1_depthwise",
      );
      const side = Math.ceil(Math.ceil(imageSize / 2) / 2);
      expect(depthwise?.outputShape).toEqual([side, side, 96]);
    }
  });
});

describe("the size of a published network", () => {
  it("follows the image and the classes that are asked for", () => {
    const network = publishedNetwork("resnet18", { imageSize: 64, classCount: 7 });
    expect(network.inputShape).toEqual([64, 64, 3]);
    expect(shapeLayers(network).at(-1)?.outputShape).toEqual([7]);
  });

  it.each([
    [16, 10],
    [32, 10],
    [64, 100],
    [128, 100],
    [224, 1000],
    [256, 1000],
  ])("of %d pixels has in the Keras networks by default the measurements' %d classes", (imageSize, classCount) => {
    expect(shapeLayers(publishedNetwork("LeNet5", { imageSize })).at(-1)?.outputShape).toEqual([classCount]);
  });

  it.each([
    ["VGG16", 16, /"block5_pool" slides a window of 2x2 over \[1,1,512\]/],
    ["InceptionV3", 64, /slides a window of 3x3 over \[2,2,192\]/],
    ["InceptionResNetV2", 32, /which is smaller/],
  ])("cannot be had for %s at %d pixels, and says where it fails", (name, imageSize, message) => {
    expect(() => shapeLayers(publishedNetwork(name, { imageSize }))).toThrow(
      expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringMatching(message) }),
    );
  });

  it("of torchvision's VGG is one whose last map can be pooled to 7x7", () => {
    const flattened = (imageSize: number) =>
      shapeLayers(publishedNetwork("vgg11", { imageSize })).find(({ layer }) => layer.kind === "flatten")?.outputShape;
    expect(flattened(224)).toEqual([7 * 7 * 512]);
    expect(flattened(448)).toEqual([7 * 7 * 512]);
    expect(() => publishedNetwork("vgg11", { imageSize: 32 })).toThrow(/multiple of 7, such as 224 or 448, but got 32/);
  });

  it.each([
    ["imageSize", 0],
    ["imageSize", 3.5],
    ["classCount", Number.NaN],
    ["classCount", -1],
  ])("is refused with %s %d", (what, value) => {
    expect(() => publishedNetwork("resnet18", { [what]: value })).toThrow(
      expect.objectContaining({
        code: "models.invalid-architecture",
        message: expect.stringContaining(`${what} ${value}`),
      }),
    );
  });

  it.each(["Resnet18", "toString", ""])("is not asked of an unknown network: %j", (name) => {
    expect(() => publishedNetwork(name)).toThrow(
      expect.objectContaining({
        code: "models.unknown-architecture",
        message: expect.stringContaining("resnet18"),
      }),
    );
  });
});

describe.skipIf(!existsSync(measurementsPath))("the networks of the TensorFlow 2.5 measurements", () => {
  const rows: readonly Record<string, string>[] = existsSync(measurementsPath)
    ? parse(readFileSync(measurementsPath, "utf8"), { columns: true })
    : [];

  it("can all be had at their sizes", () => {
    const sizes = new Map(rows.map((row) => [`${row.model} ${row.image_size} ${row.classes}`, row]));
    expect(sizes.size).toBeGreaterThan(0);
    for (const { model = "", image_size, classes } of sizes.values()) {
      const network = publishedNetwork(model, { imageSize: Number(image_size) });
      expect(shapeLayers(network).at(-1)?.outputShape).toEqual([Number(classes)]);
      expect(modelCost(network).denseMultiplyAdds).toBeGreaterThan(0);
    }
  });
});
