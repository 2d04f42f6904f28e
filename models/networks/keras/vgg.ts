// VGG (Simonyan & Zisserman 2014) and a smaller network in its manner, as the TensorFlow 2.5 measurements have them: the dense
// layers take the last map as large as it is, and nothing is dropped. Source: ddps-lab/profet (MIT),
// data_generation/workload/model_info.py.

import { networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { convolution, pooling, withDefaults } from "./parts.ts";

/** @param stages filters and number of convolutions of each stage, which ends in a pooling. */
function vgg(
  name: string,
  stages: readonly (readonly [filters: number, depth: number])[],
  hiddenUnits: number,
): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options, 224);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    for (const [stage, [filters, depth]] of stages.entries()) {
      for (let index = 1; index <= depth; index++) {
        network.append(convolution(`block${stage + 1}_conv${index}`, { filters, kernel: 3 }, "relu"));
      }
      network.append(pooling(`block${stage + 1}_pool`));
    }
    network.append({ kind: "flatten", name: "flatten" });
    network.append({ kind: "dense", name: "fc1", units: hiddenUnits, activation: "relu" });
    network.append({ kind: "dense", name: "fc2", units: hiddenUnits, activation: "relu" });
    network.append({ kind: "dense", name: "predictions", units: classCount, activation: "softmax" });
    return network.build();
  };
}

/** Convolutions of the first two, of the third and of the last two stages. */
const wide = (first: number, second: number, third: number) =>
  [
    [64, first],
    [128, first],
    [256, second],
    [512, third],
    [512, third],
  ] as const;

export const vggSmall = vgg(
  "VGGSmall",
  [
    [32, 2],
    [64, 2],
    [128, 2],
  ],
  1024,
);
export const vgg11 = vgg("VGG11", wide(1, 2, 2), 4096);
export const vgg13 = vgg("VGG13", wide(2, 2, 2), 4096);
export const vgg16 = vgg("VGG16", wide(2, 3, 3), 4096);
export const vgg19 = vgg("VGG19", wide(2, 4, 4), 4096);
