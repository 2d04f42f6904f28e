// The small sequential networks of the TensorFlow 2.5 measurements: LeNet5, MNIST_CNN, CIFAR10_CNN and FLOWER_CNN. Source:
// ddps-lab/profet (MIT), data_generation/workload/model_info.py.

import type { LayerDraft } from "../../architecture.ts";
import { networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { convolution, pooling, withDefaults } from "./parts.ts";

function sequence(
  name: string,
  defaultImageSize: number,
  layersFor: (classCount: number) => readonly LayerDraft[],
): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options, defaultImageSize);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    for (const layer of layersFor(classCount)) network.append(layer);
    return network.build();
  };
}

export const lenet5 = sequence("LeNet5", 32, (classCount) => [
  convolution("conv1", { filters: 6, kernel: 5, padding: "valid" }, "relu"),
  pooling("pool1"),
  convolution("conv2", { filters: 16, kernel: 5, padding: "valid" }, "relu"),
  pooling("pool2"),
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "dense1", units: 120, activation: "relu" },
  { kind: "dense", name: "dense2", units: 84, activation: "relu" },
  { kind: "dense", name: "output", units: classCount, activation: "softmax" },
]);

export const mnistCnn = sequence("MNIST_CNN", 32, (classCount) => [
  convolution("conv1", { filters: 32, kernel: 3, padding: "valid" }, "relu"),
  pooling("pool1"),
  convolution("conv2", { filters: 64, kernel: 3, padding: "valid" }, "relu"),
  pooling("pool2"),
  { kind: "flatten", name: "flatten" },
  { kind: "dropout", name: "dropout", rate: 0.5 },
  { kind: "dense", name: "output", units: classCount, activation: "softmax" },
]);

export const cifar10Cnn = sequence("CIFAR10_CNN", 32, (classCount) => [
  convolution("conv1", { filters: 32, kernel: 3 }, "relu"),
  convolution("conv2", { filters: 32, kernel: 3, padding: "valid" }, "relu"),
  pooling("pool1"),
  { kind: "dropout", name: "dropout1", rate: 0.25 },
  convolution("conv3", { filters: 64, kernel: 3 }, "relu"),
  convolution("conv4", { filters: 64, kernel: 3, padding: "valid" }, "relu"),
  pooling("pool2"),
  { kind: "dropout", name: "dropout2", rate: 0.25 },
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "dense", units: 512, activation: "relu" },
  { kind: "dropout", name: "dropout3", rate: 0.5 },
  { kind: "dense", name: "output", units: classCount, activation: "softmax" },
]);

/** The source gives logits to its loss; the softmax here belongs to the loss just so. */
export const flowerCnn = sequence("FLOWER_CNN", 224, (classCount) => [
  convolution("conv1", { filters: 16, kernel: 3 }, "relu"),
  pooling("pool1"),
  convolution("conv2", { filters: 32, kernel: 3 }, "relu"),
  pooling("pool2"),
  convolution("conv3", { filters: 64, kernel: 3 }, "relu"),
  pooling("pool3"),
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "dense", units: 128, activation: "relu" },
  { kind: "dense", name: "output", units: classCount, activation: "softmax" },
]);
