// VGG (Simonyan & Zisserman 2014, "Very Deep Convolutional Networks for Large-Scale Image Recognition", table 1) as torchvision
// has it, without and with batch normalisation.

import { ProbSelectError } from "../../../foundation/errors.ts";
import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { withDefaults } from "./parts.ts";

/** For each of the five stages, which end in a pooling: how many convolutions. */
const DEPTHS = {
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
} as const;
const FILTERS = [64, 128, 256, 512, 512];
/** Side of the map that the dense layers take; torchvision pools the last map to it. */
const LAST_SIZE = 7;

function vgg(name: string, depths: readonly number[], isNormalized: boolean): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    for (const [stage, depth] of depths.entries()) {
      for (let index = 0; index < depth; index++) {
        appendConvolution(network, `features.${stage}.${index}`, FILTERS[stage] ?? 512, isNormalized);
      }
      network.append({
        kind: "maxPool2d",
        name: `features.${stage}.pool`,
        poolSize: [2, 2],
        strides: [2, 2],
        padding: "valid",
      });
    }
    poolToLastSize(network, name, imageSize);
    network.append({ kind: "flatten", name: "flatten" });
    for (const index of [0, 1]) {
      network.append({ kind: "dense", name: `classifier.${index}`, units: 4096, activation: "relu" });
      network.append({ kind: "dropout", name: `classifier.${index}.dropout`, rate: 0.5 });
    }
    network.append({ kind: "dense", name: "classifier.2", units: classCount, activation: "softmax" });
    return network.build();
  };
}

function appendConvolution(network: NetworkBuilder, name: string, filters: number, isNormalized: boolean): void {
  network.append({
    kind: "conv2d",
    name,
    filters,
    kernelSize: [3, 3],
    padding: "same",
    activation: isNormalized ? "linear" : "relu",
  });
  if (!isNormalized) return;
  network.append({ kind: "batchNormalization", name: `${name}.bn` });
  network.append({ kind: "activation", name: `${name}.relu`, activation: "relu" });
}

/** torchvision's adaptive average pooling: nothing to do at the usual size, whole windows at its multiples. */
function poolToLastSize(network: NetworkBuilder, name: string, imageSize: number): void {
  const window = Math.floor(imageSize / 2 ** FILTERS.length) / LAST_SIZE;
  if (window === 1) return;
  if (!Number.isInteger(window) || window < 1) {
    throw new ProbSelectError(
      "models.invalid-architecture",
      `${name} takes images whose size divided by 32 is a multiple of 7, such as 224 or 448, but got ${imageSize}. ` +
        `Choose such a size, or one of the Keras networks VGG11 to VGG19, which take any from 32.`,
    );
  }
  network.append({
    kind: "averagePool2d",
    name: "avgpool",
    poolSize: [window, window],
    strides: [window, window],
    padding: "valid",
  });
}

export const vgg11 = vgg("vgg11", DEPTHS.vgg11, false);
export const vgg13 = vgg("vgg13", DEPTHS.vgg13, false);
export const vgg16 = vgg("vgg16", DEPTHS.vgg16, false);
export const vgg19 = vgg("vgg19", DEPTHS.vgg19, false);
export const vgg11Bn = vgg("vgg11_bn", DEPTHS.vgg11, true);
export const vgg13Bn = vgg("vgg13_bn", DEPTHS.vgg13, true);
export const vgg16Bn = vgg("vgg16_bn", DEPTHS.vgg16, true);
export const vgg19Bn = vgg("vgg19_bn", DEPTHS.vgg19, true);
