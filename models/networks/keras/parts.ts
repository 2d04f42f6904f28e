// What the Keras networks of the TensorFlow 2.5 measurements share: their sizes, and a few sequences of layers.

import type { Activation, LayerDraft } from "../../architecture.ts";
import type { NetworkBuilder, NetworkOptions } from "../network-builder.ts";

/**
 * The number of classes that the measurements use at an image size (ddps-lab/profet,
 * data_generation/workload/dataset_info.py).
 *
 * @example defaultClassCount(64) // 100
 */
export function defaultClassCount(imageSize: number): number {
  if (imageSize <= 32) return 10;
  return imageSize <= 128 ? 100 : 1000;
}

/** @param defaultImageSize the size for which the network was made. */
export function withDefaults(
  options: NetworkOptions,
  defaultImageSize: number,
): { readonly imageSize: number; readonly classCount: number } {
  const { imageSize = defaultImageSize } = options;
  return { imageSize, classCount: options.classCount ?? defaultClassCount(imageSize) };
}

/** A maximum over 2x2 pixels, at every other pixel. */
export function pooling(name: string): LayerDraft {
  return { kind: "maxPool2d", name, poolSize: [2, 2], strides: [2, 2], padding: "valid" };
}

export interface ConvolutionOptions {
  readonly filters: number;
  /** [height, width], or both. */
  readonly kernel: number | readonly [number, number];
  readonly stride?: number;
  readonly padding?: "same" | "valid";
  readonly useBias?: boolean;
}

/** A convolution with its activation, "linear" for none. */
export function convolution(
  name: string,
  { filters, kernel, stride = 1, padding = "same", useBias = true }: ConvolutionOptions,
  activation: Activation,
): LayerDraft {
  const [height, width] = typeof kernel === "number" ? [kernel, kernel] : kernel;
  const kernelSize: [number, number] = [height, width];
  return { kind: "conv2d", name, filters, kernelSize, strides: [stride, stride], padding, useBias, activation };
}

/** A convolution without bias, a batch normalisation without gamma and a ReLU, of which the Inception networks are made. */
export function inceptionConvolution(
  network: NetworkBuilder,
  name: string,
  input: string,
  options: ConvolutionOptions,
): string {
  network.append(convolution(name, { ...options, useBias: false }, "linear"), input);
  network.append({ kind: "batchNormalization", name: `${name}_bn`, scale: false });
  return network.append({ kind: "activation", name: `${name}_ac`, activation: "relu" });
}

/** Convolutions one after another. @returns the last layer's name. */
export function inceptionBranch(
  network: NetworkBuilder,
  name: string,
  input: string,
  convolutions: readonly ConvolutionOptions[],
): string {
  return convolutions.reduce(
    (value, options, index) => inceptionConvolution(network, `${name}_${index + 1}`, value, options),
    input,
  );
}

/** An average over 3x3 pixels around each pixel, then a 1x1 convolution. */
export function inceptionPoolBranch(network: NetworkBuilder, name: string, input: string, filters: number): string {
  const pool = network.append(
    { kind: "averagePool2d", name: `${name}_pool`, poolSize: [3, 3], strides: [1, 1], padding: "same" },
    input,
  );
  return inceptionConvolution(network, name, pool, { filters, kernel: 1 });
}

/** A maximum over 3x3 pixels, at every other pixel. */
export function inceptionReduction(network: NetworkBuilder, name: string, ...inputs: readonly string[]): string {
  return network.append({ kind: "maxPool2d", name, poolSize: [3, 3], strides: [2, 2], padding: "valid" }, ...inputs);
}

/** The stem of both Inception networks: to a map of an eighth of the image with 192 channels. */
export function inceptionStem(network: NetworkBuilder): string {
  inceptionBranch(network, "stem_a", "input", [
    { filters: 32, kernel: 3, stride: 2, padding: "valid" },
    { filters: 32, kernel: 3, padding: "valid" },
    { filters: 64, kernel: 3 },
  ]);
  const pooled = inceptionReduction(network, "stem_a_pool");
  inceptionBranch(network, "stem_b", pooled, [
    { filters: 80, kernel: 1, padding: "valid" },
    { filters: 192, kernel: 3, padding: "valid" },
  ]);
  return inceptionReduction(network, "stem_b_pool");
}

/** Global average pooling and one dense layer to the classes. */
export function classifier(network: NetworkBuilder, classCount: number): void {
  network.append({ kind: "globalAveragePool2d", name: "avg_pool" });
  network.append({ kind: "dense", name: "predictions", units: classCount, activation: "softmax" });
}
