// Perceptrons and small convolutional networks. Counts of parameters are those for MNIST.

import { architectureSchema } from "../architecture.ts";
import type { ZooNetwork } from "./zoo-network.ts";

/** 784-200-200-10 perceptron, the "2NN" of McMahan et al. 2017 (FedAvg): 199,210 parameters. */
export const makeMlp: ZooNetwork = ({ inputShape, classCount }) =>
  architectureSchema.parse({
    name: "mlp",
    inputShape,
    layers: [
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "dense1", units: 200, activation: "relu" },
      { kind: "dense", name: "dense2", units: 200, activation: "relu" },
      { kind: "dense", name: "output", units: classCount, activation: "softmax" },
    ],
  });

/** LeNet-5 (LeCun et al. 1998) in its common form with ReLU and max pooling: 61,706 parameters. */
export const makeLenet5: ZooNetwork = ({ inputShape, classCount }) =>
  architectureSchema.parse({
    name: "lenet5",
    inputShape,
    layers: [
      { kind: "conv2d", name: "conv1", filters: 6, kernelSize: [5, 5], padding: "same", activation: "relu" },
      { kind: "maxPool2d", name: "pool1", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
      { kind: "conv2d", name: "conv2", filters: 16, kernelSize: [5, 5], padding: "valid", activation: "relu" },
      { kind: "maxPool2d", name: "pool2", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "dense1", units: 120, activation: "relu" },
      { kind: "dense", name: "dense2", units: 84, activation: "relu" },
      { kind: "dense", name: "output", units: classCount, activation: "softmax" },
    ],
  });

/** Two 3x3 convolutions (16, 32 filters), each pooled, then 64-10: 105,866 parameters. */
export const makeCnnSmall: ZooNetwork = ({ inputShape, classCount }) =>
  architectureSchema.parse({
    name: "cnn-small",
    inputShape,
    layers: [
      { kind: "conv2d", name: "conv1", filters: 16, kernelSize: [3, 3], padding: "same", activation: "relu" },
      { kind: "maxPool2d", name: "pool1", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
      { kind: "conv2d", name: "conv2", filters: 32, kernelSize: [3, 3], padding: "same", activation: "relu" },
      { kind: "maxPool2d", name: "pool2", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "dense1", units: 64, activation: "relu" },
      { kind: "dense", name: "output", units: classCount, activation: "softmax" },
    ],
  });

/** Multinomial logistic regression, 784-10: 7,850 parameters. Its loss is convex, so that runs differ by their clients only. */
export const makeLogisticRegression: ZooNetwork = ({ inputShape, classCount }) =>
  architectureSchema.parse({
    name: "logistic-regression",
    inputShape,
    layers: [
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "output", units: classCount, activation: "softmax" },
    ],
  });
