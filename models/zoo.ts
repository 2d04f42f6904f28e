// The networks that come with the package to be trained, as architecture data, and the one lookup of a network by its name. A
// new one is one entry of `zoo` (recipe: CONTRIBUTING).

import { ProbSelectError } from "../foundation/errors.ts";
import { type Architecture, architectureSchema } from "./architecture.ts";
import { publishedNetwork, publishedNetworkNames } from "./networks/published-networks.ts";

/** 784-200-200-10 perceptron, the "2NN" of McMahan et al. 2017 (FedAvg): 199,210 parameters. */
export const mlp = architectureSchema.parse({
  name: "mlp",
  inputShape: [28, 28, 1],
  layers: [
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "dense1", units: 200, activation: "relu" },
    { kind: "dense", name: "dense2", units: 200, activation: "relu" },
    { kind: "dense", name: "output", units: 10, activation: "softmax" },
  ],
});

/** LeNet-5 (LeCun et al. 1998) in its common form with ReLU and max pooling: 61,706 parameters. */
export const lenet5 = architectureSchema.parse({
  name: "lenet5",
  inputShape: [28, 28, 1],
  layers: [
    { kind: "conv2d", name: "conv1", filters: 6, kernelSize: [5, 5], padding: "same", activation: "relu" },
    { kind: "maxPool2d", name: "pool1", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
    { kind: "conv2d", name: "conv2", filters: 16, kernelSize: [5, 5], padding: "valid", activation: "relu" },
    { kind: "maxPool2d", name: "pool2", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "dense1", units: 120, activation: "relu" },
    { kind: "dense", name: "dense2", units: 84, activation: "relu" },
    { kind: "dense", name: "output", units: 10, activation: "softmax" },
  ],
});

/** Two 3x3 convolutions (16, 32 filters), each pooled, then 64-10: 105,866 parameters. */
export const cnnSmall = architectureSchema.parse({
  name: "cnn-small",
  inputShape: [28, 28, 1],
  layers: [
    { kind: "conv2d", name: "conv1", filters: 16, kernelSize: [3, 3], padding: "same", activation: "relu" },
    { kind: "maxPool2d", name: "pool1", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
    { kind: "conv2d", name: "conv2", filters: 32, kernelSize: [3, 3], padding: "same", activation: "relu" },
    { kind: "maxPool2d", name: "pool2", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "dense1", units: 64, activation: "relu" },
    { kind: "dense", name: "output", units: 10, activation: "softmax" },
  ],
});

/** Multinomial logistic regression, 784-10: 7,850 parameters. Its loss is convex, so that runs differ by their clients only. */
export const logisticRegression = architectureSchema.parse({
  name: "logistic-regression",
  inputShape: [28, 28, 1],
  layers: [
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "output", units: 10, activation: "softmax" },
  ],
});

/** Every network of the zoo by its name. */
export const zoo: Readonly<Record<string, Architecture>> = {
  mlp,
  lenet5,
  "cnn-small": cnnSmall,
  "logistic-regression": logisticRegression,
};

/**
 * The zoo's network of that name, or the published one at the size for which it was made.
 *
 * @throws {ProbSelectError} models.unknown-architecture, with the zoo's names.
 * @example findArchitecture("resnet18").inputShape // [224, 224, 3]
 */
export function findArchitecture(name: string): Architecture {
  const found = Object.hasOwn(zoo, name) ? zoo[name] : undefined;
  if (found) return found;
  if (publishedNetworkNames.includes(name)) return publishedNetwork(name);
  throw new ProbSelectError(
    "models.unknown-architecture",
    `No model is named "${name}". Known models: ${Object.keys(zoo).join(", ")}. There are also ` +
      `${publishedNetworkNames.length} published networks, such as resnet18 (torchvision) and ResNet18 (Keras); the ` +
      `package's publishedNetworkNames lists them.`,
  );
}
