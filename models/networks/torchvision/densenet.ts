// DenseNet (Huang et al. 2016, "Densely Connected Convolutional Networks", table 1) as torchvision has it. Each layer's output
// is joined to what came before as soon as it is there, which costs what torchvision's join before the next layer costs.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { classifier, normalizedConvolution, stemPooling, withDefaults } from "./parts.ts";

interface DenseNetSettings {
  /** Channels that each layer adds. */
  readonly growth: number;
  readonly depths: readonly number[];
  readonly stemFilters: number;
}

function densenet(name: string, { growth, depths, stemFilters }: DenseNetSettings): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    normalizedConvolution(network, "stem", "input", { filters: stemFilters, kernel: 7, stride: 2 }, "relu");
    let value = stemPooling(network);
    let channels = stemFilters;
    for (const [block, depth] of depths.entries()) {
      for (let layer = 0; layer < depth; layer++) {
        const prefix = `denseblock${block + 1}.denselayer${layer + 1}`;
        const narrow = appendPreactivated(network, `${prefix}.1`, value, 4 * growth, 1);
        const added = appendPreactivated(network, `${prefix}.2`, narrow, growth, 3);
        value = network.append({ kind: "concatenate", name: `${prefix}.concat` }, value, added);
        channels += growth;
      }
      if (block === depths.length - 1) break;
      channels /= 2;
      appendPreactivated(network, `transition${block + 1}`, value, channels, 1);
      value = network.append({
        kind: "averagePool2d",
        name: `transition${block + 1}.pool`,
        poolSize: [2, 2],
        strides: [2, 2],
        padding: "valid",
      });
    }
    network.append({ kind: "batchNormalization", name: "norm5" });
    network.append({ kind: "activation", name: "relu5", activation: "relu" });
    classifier(network, classCount);
    return network.build();
  };
}

/** Normalisation and ReLU before the convolution. */
function appendPreactivated(
  network: NetworkBuilder,
  name: string,
  input: string,
  filters: number,
  kernel: 1 | 3,
): string {
  network.append({ kind: "batchNormalization", name: `${name}.norm` }, input);
  network.append({ kind: "activation", name: `${name}.relu`, activation: "relu" });
  return network.append({
    kind: "conv2d",
    name: `${name}.conv`,
    filters,
    kernelSize: [kernel, kernel],
    padding: "same",
    useBias: false,
    activation: "linear",
  });
}

export const densenet121 = densenet("densenet121", { growth: 32, depths: [6, 12, 24, 16], stemFilters: 64 });
export const densenet161 = densenet("densenet161", { growth: 48, depths: [6, 12, 36, 24], stemFilters: 96 });
export const densenet169 = densenet("densenet169", { growth: 32, depths: [6, 12, 32, 32], stemFilters: 64 });
export const densenet201 = densenet("densenet201", { growth: 32, depths: [6, 12, 48, 32], stemFilters: 64 });
