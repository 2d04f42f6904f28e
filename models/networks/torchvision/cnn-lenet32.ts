// LeNet-5 (LeCun et al. 1998) for colour images of 32 pixels with ReLU and max pooling, as CIFAR-10 tutorials have it.

import { networkBuilder, type PublishedNetwork } from "../network-builder.ts";

export const cnnLenet32: PublishedNetwork = ({ imageSize = 32, classCount = 10 } = {}) => {
  const network = networkBuilder("cnn_lenet32", [imageSize, imageSize, 3]);
  for (const [index, filters] of [6, 16].entries()) {
    network.append({
      kind: "conv2d",
      name: `conv${index + 1}`,
      filters,
      kernelSize: [5, 5],
      padding: "valid",
      activation: "relu",
    });
    network.append({
      kind: "maxPool2d",
      name: `pool${index + 1}`,
      poolSize: [2, 2],
      strides: [2, 2],
      padding: "valid",
    });
  }
  network.append({ kind: "flatten", name: "flatten" });
  network.append({ kind: "dense", name: "dense1", units: 120, activation: "relu" });
  network.append({ kind: "dense", name: "dense2", units: 84, activation: "relu" });
  network.append({ kind: "dense", name: "output", units: classCount, activation: "softmax" });
  return network.build();
};
