// What torchvision's networks share. Where torchvision pads a window of 3 by 1 (of 5 by 2, of 7 by 3) on each side, padding
// "same" gives the same output size at every stride; only at strides above 1 does it place the windows differently.

import type { Activation } from "../../architecture.ts";
import type { NetworkBuilder, NetworkOptions } from "../network-builder.ts";

/** torchvision's defaults: ImageNet's classes at the size for which the networks were made. */
export function withDefaults({ imageSize = 224, classCount = 1000 }: NetworkOptions): {
  readonly imageSize: number;
  readonly classCount: number;
} {
  return { imageSize, classCount };
}

export interface ConvolutionOptions {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

/** A convolution without bias, a batch normalisation and, unless "linear", an activation. @returns the last layer's name. */
export function normalizedConvolution(
  network: NetworkBuilder,
  name: string,
  input: string,
  { filters, kernel, stride = 1, groups = 1 }: ConvolutionOptions,
  activation: Activation,
): string {
  network.append(
    {
      kind: "conv2d",
      name: `${name}.conv`,
      filters,
      kernelSize: [kernel, kernel],
      strides: [stride, stride],
      padding: "same",
      groups,
      useBias: false,
      activation: "linear",
    },
    input,
  );
  const normalized = network.append({ kind: "batchNormalization", name: `${name}.bn` });
  return activation === "linear" ? normalized : network.append({ kind: "activation", name: `${name}.act`, activation });
}

/** A 3x3 maximum at every other pixel, as ResNet, DenseNet and ShuffleNet begin. */
export function stemPooling(network: NetworkBuilder): string {
  return network.append({
    kind: "maxPool2d",
    name: "maxpool",
    poolSize: [3, 3],
    strides: [2, 2],
    padding: "same",
  });
}

/** Global average pooling and one dense layer to the classes. */
export function classifier(network: NetworkBuilder, classCount: number): void {
  network.append({ kind: "globalAveragePool2d", name: "avgpool" });
  network.append({ kind: "dense", name: "fc", units: classCount, activation: "softmax" });
}
